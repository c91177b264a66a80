package report

import "strings"

// EmbedText is what an embedder is given for a passage of r: the report's
// title, the section path and the passage's own words, each on its own line.
// Ingestion and re-embedding must use the same words, or vectors made by the
// two would not compare.
func EmbedText(r *Report, p *Passage) string {
	lines := make([]string, 0, 3)
	for _, s := range []string{r.Title, p.Header(), p.Text} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}
