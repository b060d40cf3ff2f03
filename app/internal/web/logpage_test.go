package web

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/journal"
)

// write writes text to the log, as other programs do.
func (s *site) write(t *testing.T, text string) {
	t.Helper()
	f, err := journal.Append(s.Journal.Path())
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(text)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// messages returns the third cells of the table of a log page.
func (s *site) messages(t *testing.T, query string) (messages []string) {
	t.Helper()
	for row := range strings.SplitSeq(s.page(t, "/app.log"+query).body, "<tr><td>") {
		if cells := strings.Split(row, "</td><td"); len(cells) == 3 {
			_, message, _ := strings.Cut(cells[2], ">")
			message, _, _ = strings.Cut(message, "</td>")
			messages = append(messages, message)
		}
	}
	return messages
}

func TestLogPage(t *testing.T) {
	p := serve(t, plain{})
	var long strings.Builder
	for i := range 10_000 {
		long.WriteString("<line> " + strconv.Itoa(i) + "\n")
	}
	p.write(t, long.String())
	lines := p.messages(t, "")
	if len(lines) != maxShownLog || lines[0] != "&lt;line&gt; 9999" || lines[1] != "&lt;line&gt; 9998" || lines[499] != "&lt;line&gt; 9500" {
		t.Errorf("%d lines: %.100q", len(lines), lines)
	}
	if !strings.Contains(p.page(t, "/app.log").body, "Older lines are not shown.") {
		t.Error("the page does not mention older lines")
	}
	if err := os.Remove(p.Journal.Path()); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	} else if err == nil && !strings.Contains(p.page(t, "/app.log").body, "The log is empty.") {
		t.Error("the page does not say that there is no log")
	}
}

func TestLogPage_filter(t *testing.T) {
	p := serve(t, plain{})
	p.write(t, `time=2026-11-28T20:00:00Z level=INFO msg=Tea cups=3
time=2026-11-28T20:00:00Z level=WARN msg=slow kettle=blue
time=2026-11-28T20:00:00Z level=ERROR msg=empty pot=Brown
time=2026-11-28T20:00:00Z level=ERROR+4 msg=fire
printed by a Browser
`)
	for query, want := range map[string]string{
		"?text=Brown":                 "empty <small>pot: Brown</small>",
		"?level=warning":              "fire, empty <small>pot: Brown</small>, slow <small>kettle: blue</small>",
		"?level=error":                "fire, empty <small>pot: Brown</small>",
		"?level=error&text=+BRO+":     "empty <small>pot: Brown</small>",
		"?text=bro":                   "printed by a Browser, empty <small>pot: Brown</small>",
		"?level=nonsense&text=kettle": "slow <small>kettle: blue</small>",
		"?text=coffee":                "",
	} {
		if got := strings.Join(p.messages(t, query), ", "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	page := p.page(t, "/app.log?level=error&text=%22coffee").body
	for _, want := range []string{`<option value="error" selected>`, `value="&#34;coffee"`, "No lines match."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s: %s", want, page)
		}
	}
}

// TestLogPage_follow: only pages that follow the log get an event at the next line.
func TestLogPage_follow(t *testing.T) {
	p := serve(t, plain{})
	resp, err := http.Get(p.url + "app.events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	p.page(t, "/app.log")
	slog.Info("nobody follows")
	p.page(t, "/app.log?follow=on")
	slog.Info("the next line")
	slog.Info("the line after it")
	p.life.Shutdown()
	text, err := io.ReadAll(resp.Body)
	if err != nil || strings.Count(string(text), `{"event":".log","data":`) != 1 {
		t.Errorf("%s, %v", text, err)
	}
}

func TestParseLogLine(t *testing.T) {
	zone := time.FixedZone("India", 5*3600+1800)
	const time1 = `<time datetime="2026-11-29T01:30:00+05:30">29 Nov 01:30:00</time>`
	long := strings.Repeat("x", maxLogDetail+1)
	for text, want := range map[string]logLine{
		`time=2026-11-28T20:00:00.123Z level=INFO msg=running url=http://127.0.0.1:8888/`: {Time: time1, Level: "Info", Message: "running", Details: "url: http://127.0.0.1:8888/"},
		`time=2026-11-28T21:20:47+01:00 level=WARN msg="it is \"so\"" a="b c" d=e`:        {Time: `<time datetime="2026-11-29T01:50:47+05:30">29 Nov 01:50:47</time>`, Level: "Warning", Message: `it is "so"`, Details: "a: b c · d: e", level: slog.LevelWarn},
		`time=2026-11-28T20:00:00Z level=ERROR msg=m stack="f\n\tx.go:1" a=b`:             {Time: time1, Level: "Error", Message: "m", Details: "a: b", Folded: []logDetail{{"stack", "f\n\tx.go:1"}}, level: slog.LevelError},
		`time=2026-11-28T20:00:00Z level=DEBUG msg=m a=` + long:                           {Time: time1, Level: "Debug", Message: "m", Folded: []logDetail{{"a", long}}, level: slog.LevelDebug},
		`time=2026-11-28T20:00:00Z level=INFO msg=end`:                                    {Time: time1, Level: "Info", Message: "end"},
		`time=2026-11-28T20:00:00Z level=INFO+2 msg=end odd`:                              {Time: time1, Level: "Info+2", Message: "end", Details: "odd", level: slog.LevelInfo + 2},
		`time=2026-11-28T20:00:00Z level=LOUD msg=end`:                                    {Time: time1, Level: "LOUD", Message: "end"},
		`time=2026-11-28T20:00:00Z level="" msg=end`:                                      {Time: time1, Message: "end"},
		`time=yesterday level=INFO msg=end`:                                               {Message: `time=yesterday level=INFO msg=end`},
		`[1234:ERROR:gpu] time=2026-11-28T20:00:00Z`:                                      {Message: `[1234:ERROR:gpu] time=2026-11-28T20:00:00Z`},
		`time=2026-11-28T20:00:00Z level=INFO msg="half`:                                  {Time: time1, Level: "Info", Message: `"half`},
		``: {},
	} {
		if got := parseLogLine(text, zone); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}
