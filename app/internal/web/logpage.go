package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/localtime"
	"github.com/dibbler-app/dibbler/dibbler"
)

// maxShownLog is how many bytes of the log its page shows.
const maxShownLog = 64 << 10

// OnAppLog shows the end of the log, the newest line first.
func (p pages) OnAppLog(w *dibbler.Response, r *http.Request) error {
	page := struct {
		frame
		Path     string
		Lines    []logLine
		Refusals int
	}{frame: p.frame("Log"), Path: p.Journal.Path(), Refusals: p.Refusals.Total()}
	page.Wide = true
	text, err := p.Journal.Tail(maxShownLog)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		page.Problem = "The log cannot be read: " + err.Error()
	}
	zone := localtime.Now().Location()
	for line := range strings.Lines(string(text)) {
		page.Lines = append(page.Lines, parseLogLine(strings.TrimSuffix(line, "\n"), zone))
	}
	slices.Reverse(page.Lines)
	return show(w, "log.html", page)
}

// A logLine is a line of the log as its page shows it.
type logLine struct {
	Time    string // local; empty if the line has none, as those that a browser prints
	Level   string // INFO, WARN, ERROR or DEBUG; empty if the line has none
	Message string
	Details string // the rest, as it is in the log
}

// parseLogLine takes apart a line that [log/slog.TextHandler] has written. Another
// line is a message.
func parseLogLine(line string, zone *time.Location) logLine {
	stamp, rest, ok := cutLogValue(line, "time")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	level, rest, hasLevel := cutLogValue(rest, "level")
	message, details, hasMessage := cutLogValue(rest, "msg")
	if !ok || err != nil || !hasLevel || !hasMessage {
		return logLine{Message: line}
	}
	return logLine{at.In(zone).Format("2 Jan 15:04:05"), level, message, details}
}

// cutLogValue cuts key=value or key="quoted value" and a blank off the begin of line.
func cutLogValue(line, key string) (value, rest string, ok bool) {
	line, ok = strings.CutPrefix(line, key+"=")
	if !ok {
		return "", line, false
	}
	if quoted, err := strconv.QuotedPrefix(line); err == nil && line[0] == '"' {
		value, err = strconv.Unquote(quoted)
		return value, strings.TrimPrefix(line[len(quoted):], " "), err == nil
	}
	value, rest, _ = strings.Cut(line, " ")
	return value, rest, true
}
