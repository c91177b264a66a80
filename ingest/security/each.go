package security

import "reportbot/ingest/report"

// Each calls f with every company and all that it is called, folded as Name
// does: the official name first, without the short forms of others. A company
// that only has a code has no names. f must not call the directory.
func (d *Directory) Each(f func(s report.Security, names []string)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.order {
		var names []string
		if o := c.official(); o.words != "" {
			names = append(append(names, o.words), o.short...)
		}
		names = append(names, c.others()...)
		f(c.security(), names)
	}
}
