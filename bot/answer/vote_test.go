package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval/openai"
)

// The rules have a second vote: of a company no report speaks of the model is
// not asked, and what of the question no passage holds is said under an answer.
func TestModelSecondVote(t *testing.T) {
	known := security.NewDirectory()
	known.Add([]report.Security{{Code: "999777.SZ", Name: "月湾生物"}, {Code: "999519.SH", Name: "云栖算力"}})
	for _, row := range []struct {
		why, question string
		status        Status
		want          Reason
		asked         int
	}{
		{"nothing speaks of the company", "月湾生物的合同总金额是多少？", Abstained, Reason{Code: "company_missing", Missing: []string{"月湾生物"}}, 0},
		{"a year that no passage holds", "云栖算力2031年的合同总金额是多少？", Answered, Reason{Code: "partly", Text: "未找到：2031", Missing: []string{"2031"}}, 1},
		{"nothing is missing", contract, Answered, Reason{}, 1},
	} {
		m := desk()
		s := m.searcher(t)
		s.Know(known)
		api, chat := over(t, openai.Options{}, says(total+"[1]。"))
		out, err := New(s, chat, known, Options{}).Answer(t.Context(), queryOf(row.question))
		if err != nil {
			t.Fatal(err)
		}
		if row.want.Text == "" {
			out.Reason.Text = ""
		}
		if d := cmp.Diff(row.want, out.Reason); d != "" || out.Status != row.status || len(api.asked) != row.asked {
			t.Errorf("%s: got %s %q, asked %d times, want %s, %d; reason (-want +got):\n%s", row.why, out.Status, out.Text, len(api.asked), row.status, row.asked, d)
		}
	}
}
