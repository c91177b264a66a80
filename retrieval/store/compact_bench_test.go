package store

import "testing"

// 10,000 passages written anew.
func BenchmarkCompact(b *testing.B) {
	dir := b.TempDir()
	corpus(b, dir, 200)
	s := open(b, dir, Options{})
	for b.Loop() {
		if done, err := s.Compact(b.Context()); !done || err != nil {
			b.Fatal(done, err)
		}
	}
}
