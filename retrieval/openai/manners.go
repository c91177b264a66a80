package openai

import (
	"errors"
	"math"
	"net/http"
	"strings"

	goopenai "github.com/sashabaranov/go-openai"
)

// manners are the parameters that a model or an older server refuses, learned
// from its refusals.
type manners struct {
	noTemperature    bool // reasoning models take only their own
	noUsage          bool // stream_options is unknown to older servers
	completionTokens bool // max_tokens is now called max_completion_tokens
}

func (m manners) request(model string, r Request) goopenai.ChatCompletionRequest {
	q := goopenai.ChatCompletionRequest{Model: model}
	if r.System != "" {
		q.Messages = append(q.Messages, goopenai.ChatCompletionMessage{Role: "system", Content: r.System})
	}
	q.Messages = append(q.Messages, goopenai.ChatCompletionMessage{Role: "user", Content: r.User})
	if !m.noTemperature {
		q.Temperature = math.SmallestNonzeroFloat32 // see sendZero
	}
	if !m.noUsage {
		q.StreamOptions = &goopenai.StreamOptions{IncludeUsage: true}
	}
	if m.completionTokens {
		q.MaxCompletionTokens = r.MaxTokens
	} else {
		//lint:ignore SA1019 the only name that most servers know
		q.MaxTokens = r.MaxTokens
	}
	return q
}

// without returns the manners to try after err, and the parameter that was
// refused; "" when err is no such refusal. go-openai itself refuses some
// parameters for models it knows by name, before anything is sent.
func (m manners) without(err error) (manners, string) {
	complaint := ""
	var status *StatusError
	switch {
	case errors.Is(err, goopenai.ErrReasoningModelMaxTokensDeprecated):
		complaint = "max_tokens"
	case errors.Is(err, goopenai.ErrReasoningModelLimitationsOther),
		errors.Is(err, goopenai.ErrReasoningSamplingUnsupported):
		complaint = "temperature"
	case errors.As(err, &status) &&
		(status.Status == http.StatusBadRequest || status.Status == http.StatusUnprocessableEntity):
		complaint = strings.ToLower(status.Message + " " + status.param)
	}
	switch {
	case !m.noUsage && strings.Contains(complaint, "stream_options"):
		m.noUsage = true
		return m, "stream_options"
	case !m.completionTokens && strings.Contains(complaint, "max_tokens"):
		m.completionTokens = true
		return m, "max_tokens"
	case !m.noTemperature && strings.Contains(complaint, "temperature"):
		m.noTemperature = true
		return m, "temperature"
	}
	return m, ""
}
