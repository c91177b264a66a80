package bot

// Len is the number of buckets kept.
func (l *Limiter) Len() int { return len(l.users) + len(l.channels) }
