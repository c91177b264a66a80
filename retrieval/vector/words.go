package vector

import "strings"

// The block CJK Unified Ideographs.
const firstHan, lastHan = '\u4e00', '\u9fff'

// functionChars are the characters that stand in any text whatever it is
// about, by rank: the further down, the more they say. Question words are
// among them, because a question's vector should be of what it asks about.
var functionChars = map[class]string{
	functionChar1: "的了是在和有不一这",
	functionChar2: "为与及其以于对中上等也都而之个们他我你它将被从到由就并或但如若则可会要",
	functionChar3: "更最很较已能使让把给向自所此该各每某另又再还仍只才便即且因虽然后前时下内外间里着过得地来去出起那哪么什何谁怎吗呢吧请",
	functionChar4: "年月日第多少大小些样几同好说看作做成用行进方面",
}

// hanClasses is functionChars by character.
var hanClasses = func() (t [lastHan - firstHan + 1]class) {
	for i := range t {
		t[i] = contentChar
	}
	for c, chars := range functionChars {
		for _, r := range chars {
			t[r-firstHan] = c
		}
	}
	return t
}()

var functionWords = func() map[string]bool {
	t := make(map[string]bool)
	for w := range strings.FieldsSeq(`a about all also an and any are as at be been but by can could did do does for
		from had has have how if in into is it its may more most no not of on or other our should so some such than
		that the their there these they this to us was we were what when where which who why will with would you`) {
		t[w] = true
	}
	return t
}()
