package autostart

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(programVar) != "" {
		printProgram()
		return
	}
	if fifo := os.Getenv(reportVar); fifo != "" {
		reportMain(fifo)
		return
	}
	goleak.VerifyTestMain(m)
}

// reportVar makes this test program report its arguments.
const reportVar = "AUTOSTART_TEST_REPORT"

// nasty lists texts that can occur in paths and arguments.
var nasty = []string{
	"plain", "-no-browser", "", " ", "two words", " edges ", "100%", "%U", "%%", "%f %F", "a=b", "=",
	`quo"te`, `it's`, `back\slash`, `\`, `\\`, `\s\n`, "`id`", "$HOME", "${x}", "$(id)", ";", "&&", "|", ">x", "*", "?", "#", "~",
	"tab\tand\nline\rfeed", "ümlaut", "\u00a0", "日本", "<&>", "]]>", "[Desktop Entry]", `"`, `""`, `\"`, `%"`, `\%`, "c:\\x y\\",
}

func entry(args ...string) Entry {
	return Entry{ID: "org.example.tool", Name: "A tool", Exec: program, Args: args, Icon: "tool"}
}

func TestEntry_refused(t *testing.T) {
	alone(t)
	for _, e := range []Entry{
		{},
		{ID: "tool"},
		{ID: "tool", Exec: "relative/tool"},
		{ID: "../tool", Exec: program},
		{ID: "tool", Exec: program + "\xff"},
		{ID: "tool", Exec: program, Args: []string{"nul\x00"}},
		{ID: "tool", Exec: program, Name: "\xff"},
	} {
		if err := e.Enable(); err == nil {
			t.Errorf("Enable accepts %+v", e)
		}
		if _, err := e.Repair(); err == nil {
			t.Errorf("Repair accepts %+v", e)
		}
	}
	bad := Entry{ID: "a/b"}
	if _, err := bad.Enabled(); err == nil {
		t.Error("Enabled accepts a/b")
	}
	if err := bad.Disable(); err == nil {
		t.Error("Disable accepts a/b")
	}
}

// write writes a file.
func write(t testing.TB, path, content string) {
	t.Helper()
	ok(t, os.WriteFile(path, []byte(content), 0o600))
}

// ok ends the test if a step of its preparation has failed.
func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, e Entry, enabled bool) {
	t.Helper()
	if got, err := e.Enabled(); got != enabled || err != nil {
		t.Errorf("enabled: %v, %v, want %v", got, err, enabled)
	}
}

func enable(t *testing.T, e Entry) {
	t.Helper()
	if err := e.Enable(); err != nil {
		t.Fatal(err)
	}
}

func repairs(t *testing.T, e Entry, moved bool) {
	t.Helper()
	if got, err := e.Repair(); got != moved || err != nil {
		t.Errorf("repaired: %v, %v, want %v", got, err, moved)
	}
}

func TestEntry(t *testing.T) {
	alone(t)
	e := entry("-no-browser")
	want(t, e, false)
	if err := e.Disable(); err != nil {
		t.Errorf("disabled without an entry: %v", err)
	}
	for range 2 {
		enable(t, e)
		want(t, e, true)
	}
	want(t, Entry{ID: "org.example.other"}, false)
	if err := e.Disable(); err != nil {
		t.Fatal(err)
	}
	want(t, e, false)
}

func TestRepair(t *testing.T) {
	alone(t)
	dir := t.TempDir()
	old, moved := entry("-no-browser"), entry("-no-browser")
	old.Exec, moved.Exec = filepath.Join(dir, "old"), filepath.Join(dir, "new")
	ok(t, os.WriteFile(old.Exec, nil, 0o700))

	repairs(t, moved, false) // it is not enabled and stays so
	want(t, moved, false)

	enable(t, old)
	repairs(t, old, false)
	repairs(t, moved, false) // a copy; the old program still exists
	ok(t, os.Rename(old.Exec, moved.Exec))
	repairs(t, moved, true)
	if got, err := moved.read(); err != nil || !slices.Equal(got.command, moved.command()) {
		t.Errorf("the entry has %q, %v", got.command, err)
	}
	repairs(t, moved, false)

	// The arguments of the entry belong to the user.
	again := moved
	again.Exec, again.Args = filepath.Join(dir, "again"), []string{"-quiet"}
	ok(t, os.Rename(moved.Exec, again.Exec))
	repairs(t, again, true)
	if got, err := again.read(); err != nil || !slices.Equal(got.command, []string{again.Exec, "-no-browser"}) {
		t.Errorf("the entry has %q, %v", got.command, err)
	}
	repairs(t, again, false)
}

func TestAgent_refused(t *testing.T) {
	if list, err := agent(Entry{ID: "a", Exec: "/bell\a"}); err == nil {
		t.Errorf("agent accepts a character that XML does not have: %s", list)
	}
}

func TestMoveAgent(t *testing.T) {
	const list = `<?xml version="1.0"?><plist version="1.0"><!-- mine -->
<dict><key>Label</key><string>/old &amp; gone</string>
<key>Program</key><string>PROGRAM</string>
<key>Env</key><dict><key>Program</key><string>/old &amp; gone</string></dict>
<key>ProgramArguments</key><array><string>PROGRAM</string> <string>-port</string><string>/old &#38; gone</string></array>
<key>RunAtLoad</key><true/><key>StartInterval</key><integer>5</integer></dict></plist>
`
	for from, to := range map[string]string{"/old &#38; gone": "/new &lt;&gt;", "/old<!-- x --> &amp; gone": "/new &lt;&gt;"} {
		got, err := moveAgent(strings.ReplaceAll(list, "PROGRAM", from), "/old & gone", "/new <>")
		if want := strings.ReplaceAll(list, "PROGRAM", to); got != want || err != nil {
			t.Errorf("%v: %s", err, got)
		}
	}
	if got, err := moveAgent(strings.ReplaceAll(list, "PROGRAM", "/old"), "/old", "/bell\a"); err == nil {
		t.Errorf("moveAgent accepts a character that XML does not have: %s", got)
	}
	if got, err := moveAgent("<plist><dict>", "/old", "/new"); err == nil {
		t.Errorf("moveAgent changes %s", got)
	}
}

func TestParseAgent(t *testing.T) {
	const (
		run  = "<key>RunAtLoad</key><true/>"
		tool = "<key>ProgramArguments</key><array><string>/tool</string></array>"
	)
	for list, want := range map[string]login{
		run + tool: {true, []string{"/tool"}},
		run + "<key>Program</key><string>/other</string>" + tool:             {true, []string{"/tool"}},
		run + tool + "<key>Program</key><string>/other</string>":             {true, []string{"/tool"}},
		run + "<key>Program</key><string>/other</string>":                    {true, []string{"/other"}},
		"<key>Env</key><dict><key>Disabled</key><true/></dict>" + run + tool: {true, []string{"/tool"}},
		run + tool + "<key>Disabled</key><true/>":                            {},
		run + tool + "<key>Disabled</key><false/>":                           {true, []string{"/tool"}},
		"<key>RunAtLoad</key><false/>" + tool:                                {},
		tool:                                                                 {},
		run:                                                                  {},
		"<!-- note --><key>RunAtLoad</key>\n<true></true><!-- note -->" + tool + "<key>Odd</key>": {true, []string{"/tool"}},
	} {
		got, err := parseAgent("<plist version=\"1.0\"><dict>" + list + "</dict></plist>")
		if err != nil || got.enabled != want.enabled || !slices.Equal(got.command, want.command) {
			t.Errorf("%s: got %+v, %v, want %+v", list, got, err, want)
		}
	}
	for _, text := range []string{"", "bplist00\xd1\x01\x02", "<html/>", "<plist><dict>"} {
		if got, err := parseAgent(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
}

func TestSwitchedOff(t *testing.T) {
	for state, want := range map[string]bool{"": false, "\x02\x00\x00": false, "\x06\x00\x00": false, "\x03\x00\x65": true, "\x07\x00\x00": true} {
		if got := switchedOff([]byte(state)); got != want {
			t.Errorf("%q: %v, want %v", state, got, want)
		}
	}
}

func FuzzAgent(f *testing.F) {
	for _, text := range nasty {
		f.Add("/"+text, text)
	}
	f.Fuzz(func(t *testing.T, program, arg string) {
		e := Entry{ID: "tool", Exec: program, Args: []string{arg, "-no-browser", arg}}
		list, err := agent(e)
		if err != nil {
			return
		}
		if got, err := parseAgent(list); err != nil || !slices.Equal(got.command, e.command()) {
			t.Errorf("wrote %q, found %q, %v", e.command(), got.command, err)
		}
		if strings.Count(list, "<key>") != 5 {
			t.Errorf("%q: other keys in\n%s", e.command(), list)
		}
	})
}
