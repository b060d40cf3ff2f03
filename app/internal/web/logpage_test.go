package web

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/journal"
)

func TestLogPage(t *testing.T) {
	p := serve(t, plain{})
	var long strings.Builder
	for i := range 10_000 {
		long.WriteString("<line> " + strconv.Itoa(i) + "\n")
	}
	f, err := journal.Append(p.Journal.Path())
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(long.String())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	page := p.page(t, "/app.log").body
	_, lines, _ := strings.Cut(page, "<tbody>")
	if !strings.HasPrefix(lines, "\n<tr><td></td><td></td><td>&lt;line&gt; 9999</td></tr>\n<tr><td></td><td></td><td>&lt;line&gt; 9998<") || strings.Contains(page, "<line>") || strings.Contains(page, "&gt; 0<") {
		t.Errorf("it begins with %.100q", lines)
	}
	if err := os.Remove(p.Journal.Path()); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	} else if err == nil && !strings.Contains(p.page(t, "/app.log").body, "Nothing has been logged yet.") {
		t.Error("no log is not said")
	}
}

func TestParseLogLine(t *testing.T) {
	zone := time.FixedZone("India", 5*3600+1800)
	for line, want := range map[string]logLine{
		`time=2026-11-28T20:00:00.123Z level=INFO msg=running url=http://127.0.0.1:8888/`: {"29 Nov 01:30:00", "INFO", "running", "url=http://127.0.0.1:8888/"},
		`time=2026-11-28T21:20:47+01:00 level=WARN msg="it is \"so\"" a="b c"`:            {"29 Nov 01:50:47", "WARN", `it is "so"`, `a="b c"`},
		`time=2026-11-28T20:00:00Z level=INFO msg=end`:                                    {"29 Nov 01:30:00", "INFO", "end", ""},
		`time=yesterday level=INFO msg=end`:                                               {Message: `time=yesterday level=INFO msg=end`},
		`[1234:ERROR:gpu] time=2026-11-28T20:00:00Z`:                                      {Message: `[1234:ERROR:gpu] time=2026-11-28T20:00:00Z`},
		`time=2026-11-28T20:00:00Z level=INFO msg="half`:                                  {"29 Nov 01:30:00", "INFO", `"half`, ""},
		``: {},
	} {
		if got := parseLogLine(line, zone); got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}
