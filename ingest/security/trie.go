package security

// trie finds the words that begin at a place of a text in time that depends
// on their length alone, not on how many there are. The steps of all nodes are
// in one map: most nodes have one.
type trie struct {
	steps map[step]int32
	ends  []*entry // by node; nil where no word ends
}

type step struct {
	node int32
	char rune
}

func newTrie(words int) *trie {
	return &trie{steps: make(map[step]int32, 4*words), ends: make([]*entry, 1, 4*words+1)}
}

func (t *trie) add(word string, e *entry) {
	node := int32(0)
	for _, r := range word {
		s := step{node, r}
		next, ok := t.steps[s]
		if !ok {
			next = int32(len(t.ends))
			t.ends = append(t.ends, nil)
			t.steps[s] = next
		}
		node = next
	}
	t.ends[node] = e
}

// walk calls f for every word that begins s, shortest first.
func (t *trie) walk(s string, f func(length int, e *entry)) {
	node := int32(0)
	for i, r := range s {
		if i > 0 && t.ends[node] != nil {
			f(i, t.ends[node])
		}
		next, ok := t.steps[step{node, r}]
		if !ok {
			return
		}
		node = next
	}
	if t.ends[node] != nil {
		f(len(s), t.ends[node])
	}
}
