package web

import (
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/localtime"
	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	maxReadLog   = 1 << 20 // bytes of the log that the page searches
	maxShownLog  = 500     // lines on the page
	maxLogDetail = 200     // bytes of a value that is shown without a click
)

// logEvent is the event for pages that follow the log. Plug-ins cannot publish it.
const logEvent = ".log"

// A logForm selects lines of the log.
type logForm struct {
	Level  string `schema:"level"`  // the minimum level, "warning" or "error"; "" means all
	Text   string `schema:"text"`   // text in the lines; case does not matter
	Follow bool   `schema:"follow"` // update open pages at the next line
}

// A logPage is the data of web/log.html.
type logPage struct {
	frame
	logForm
	Path     string
	Lines    []logLine
	Older    bool // whether there are older lines
	Refusals int
}

// OnAppLog serves the end of the log, newest line first.
func (p pages) OnAppLog(w *dibbler.Response, r *http.Request, form logForm) error {
	page := logPage{frame: p.frame("Log"), logForm: form, Path: p.Journal.Path(), Refusals: p.Refusals.Total()}
	page.Wide = true
	if form.Follow { // before reading the log, so that no line is missed
		p.Journal.AfterNext(func() { _ = p.events.put(logEvent, time.Now().UnixNano()) }) // put does not log
	}
	text, err := p.Journal.Tail(maxReadLog)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		page.Problem = "The log cannot be read: " + err.Error()
	}
	zone := localtime.Now().Location()
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, text := range slices.Backward(lines) {
		line := parseLogLine(text, zone)
		if text == "" || !form.chooses(text, line) {
			continue
		}
		if page.Older = len(page.Lines) == maxShownLog; page.Older {
			break
		}
		page.Lines = append(page.Lines, line)
	}
	return show(w, "log.html", page)
}

// chooses reports whether form selects a line.
func (form logForm) chooses(text string, line logLine) bool {
	least := map[string]slog.Level{"warning": slog.LevelWarn, "error": slog.LevelError}
	if level, ok := least[form.Level]; ok && (line.Level == "" || line.level < level) {
		return false
	}
	return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(form.Text)))
}

// A logLine is a line of the log for the page.
type logLine struct {
	Time    template.HTML // local time; empty if the line has none, such as a browser's output
	Level   string        // "Info", "Warning", "Error" or "Debug"; empty if the line has none
	Message string
	Details string      // the other names and values
	Folded  []logDetail // long values, which a click shows

	level slog.Level
}

// A logDetail is a name and a value of a line.
type logDetail struct{ Name, Value string }

// Class returns the class of the level.
func (l logLine) Class() string {
	switch {
	case l.Level != "" && l.level >= slog.LevelError:
		return "error"
	case l.Level != "" && l.level >= slog.LevelWarn:
		return "warning"
	}
	return ""
}

// parseLogLine parses a line of [log/slog.TextHandler]. A line in another format becomes
// a message.
func parseLogLine(text string, zone *time.Location) logLine {
	stamp, rest, ok := cutLogValue(text, "time")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	level, rest, hasLevel := cutLogValue(rest, "level")
	message, rest, hasMessage := cutLogValue(rest, "msg")
	if !ok || err != nil || !hasLevel || !hasMessage {
		return logLine{Message: text}
	}
	line := logLine{Time: timeElement(at.In(zone)), Level: level, Message: message}
	if line.level.UnmarshalText([]byte(level)) == nil {
		line.Level = strings.Replace(level[:1]+strings.ToLower(level[1:]), "Warn", "Warning", 1)
	}
	var details []string
	for rest != "" {
		name, _, _ := strings.Cut(rest, "=")
		value, left, ok := cutLogValue(rest, name)
		if !ok {
			details = append(details, rest)
			break
		}
		if rest = left; strings.Contains(value, "\n") || len(value) > maxLogDetail {
			line.Folded = append(line.Folded, logDetail{name, value})
		} else {
			details = append(details, name+": "+value)
		}
	}
	line.Details = strings.Join(details, " · ")
	return line
}

// timeElement returns an HTML element for a time.
func timeElement(at time.Time) template.HTML {
	return template.HTML(at.Format(`<time datetime="2006-01-02T15:04:05Z07:00">2 Jan 15:04:05</time>`))
}

// cutLogValue cuts key=value or key="quoted value" and a space from the beginning of
// line.
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
