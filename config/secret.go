package config

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "[secret]"

// Secret holds a key that must not be printed: whatever way it is shown or
// encoded, it reads "[secret]", set or not.
type Secret struct {
	// A pointer, as fmt prints what an unexported field holds without asking
	// its methods.
	v *string
}

// NewSecret hides v.
func NewSecret(v string) Secret {
	if v == "" {
		return Secret{}
	}
	return Secret{&v}
}

// Reveal returns the secret itself, "" when there is none.
func (s Secret) Reveal() string {
	if s.v == nil {
		return ""
	}
	return *s.v
}

// Equal tells whether both hold the same.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

// Format covers the verbs that do not ask String, such as %d.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

func (Secret) String() string               { return hidden }
func (Secret) GoString() string             { return hidden }
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
