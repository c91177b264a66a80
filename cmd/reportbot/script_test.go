package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts say what users and checks may rely on. Beside testscript's own
// commands they have those in Cmds; $REPORTS is the folder of sample
// reports, $SHARED that of the shared corpus, if there is one.
func TestScripts(t *testing.T) {
	samples, seen := sampleReports(t), watched(t)
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, "REPORTS="+samples, "REPORTBOT_WASM_CACHE="+wasm)
			program := seen.script(e)
			e.Setenv("PATH", program+string(os.PathListSeparator)+os.Getenv("PATH"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" { // root may read everything
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("no condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"shape":  shape,
			"save":   save,
			"make":   makeFile,
			"server": server,
			"asked":  asked,
			"repeat": repeat,
		},
	})
}

// exits CODE ARG... runs reportbot, which must end with the exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("reportbot", args[1:]...)
	var exit *exec.ExitError
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// shape NAME compares the JSON on standard output with testdata/shape/NAME.json:
// the same names and kinds of values everywhere, none missing, none more. In the
// shape, a list's first element stands for all, {} for any object, null for a
// number or null.
func shape(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shape NAME")
	}
	file, err := os.ReadFile(filepath.Join(shapes, args[0]+".json"))
	ts.Check(err)
	var want, got any
	ts.Check(json.Unmarshal(file, &want))
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &got))
	if diffs := unlike("", got, want); len(diffs) > 0 {
		ts.Fatalf("%s", strings.Join(diffs, "\n"))
	}
}

// shapes is absolute: scripts change the folder.
var shapes = func() string {
	dir, err := filepath.Abs("testdata/shape")
	if err != nil {
		panic("unreachable: the test has no working folder")
	}
	return dir
}()

func unlike(at string, got, want any) []string {
	wrong := []string{fmt.Sprintf("%s: got %T, want %T", at, got, want)}
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			return wrong
		}
		if len(want) == 0 {
			return nil
		}
		return unlikeFields(at, m, want)
	case []any:
		list, ok := got.([]any)
		if !ok {
			return wrong
		}
		var diffs []string
		for i := range list {
			diffs = append(diffs, unlike(fmt.Sprintf("%s[%d]", at, i), list[i], want[0])...)
		}
		return diffs
	case nil:
		if _, ok := got.(float64); ok || got == nil {
			return nil
		}
		return wrong
	}
	if fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) {
		return wrong
	}
	return nil
}

func unlikeFields(at string, got, want map[string]any) []string {
	var diffs []string
	for k := range want {
		if _, ok := got[k]; !ok {
			diffs = append(diffs, at+"."+k+" is missing")
		}
	}
	for k, v := range got {
		if w, ok := want[k]; ok {
			diffs = append(diffs, unlike(at+"."+k, v, w)...)
		} else {
			diffs = append(diffs, at+"."+k+" is not in the shape")
		}
	}
	sort.Strings(diffs)
	return diffs
}

// save NAME PATH puts a value of the JSON on standard output into the
// environment, e.g. save ID 0.id.
func save(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: save NAME PATH")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for _, step := range strings.Split(args[1], ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			ts.Check(err)
			if i >= len(in) {
				ts.Fatalf("%s: the list has %d elements", args[1], len(in))
			}
			v = in[i]
		default:
			ts.Fatalf("%s: nothing is at %s", args[1], step)
		}
	}
	ts.Setenv(args[0], fmt.Sprint(v))
}

// repeat N TEXT FILE writes TEXT N times into FILE.
func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat N TEXT FILE")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Repeat(args[1], n)), 0o600))
}
