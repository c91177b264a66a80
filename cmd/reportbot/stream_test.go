package main

import (
	"bufio"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

// A checked sentence is on the screen while the model still writes the next.
func TestAskStreams(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%，较上季提高2.1个百分点。\n")
	mustRun(t, reportbot(t, dir, "ingest", "a.md"), 0)
	const first, second = "溪谷光学二号产线良率为91.3%[1]。", "较上季提高2.1个百分点[1]。"
	seen := make(chan bool)
	f := &fakeAPI{finish: "stop", reply: func() string { return first + second }}
	f.pause = func(said string) {
		if said == first {
			<-seen
		}
	}
	s := httptest.NewServer(f)
	defer s.Close()
	cmd := reportbot(t, dir, "ask", "溪谷光学二号产线的良率是多少？")
	cmd.Env = append(cmd.Env, "OPENAI_BASE_URL="+s.URL+"/v1")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(pipe)
	line, err := out.ReadString('\n')
	if err != nil || line != "溪谷光学二号产线良率为91.3%。 [1]\n" {
		t.Errorf("first line %q, %v, before the second sentence is said", line, err)
	}
	close(seen)
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := exitCode(t, cmd.Wait()); got != 0 || !strings.HasPrefix(string(rest), "较上季提高2.1个百分点。 [1]\n\n[1] 青岚证券") {
		t.Errorf("exit code %d, then %q", got, rest)
	}
}
