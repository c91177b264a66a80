package text

// Glue reports whether t is a Han character or bigram that holds a function
// character (的, 是, 和 …): it says how a sentence is built, not what it is
// on.
func (t Token) Glue() bool {
	switch t.Kind() {
	case HanChar:
		return functionChars[t]
	case HanBigram:
		return functionChars[charToken(rune(t>>21&(1<<21-1)))] || functionChars[charToken(rune(t&(1<<21-1)))]
	}
	return false
}
