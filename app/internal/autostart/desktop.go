package autostart

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// The functions in this file read and write entries of the Desktop Entry Specification
// 1.5.
//
// GLib can read all entries that they write. The generator of systemd 252 does not accept
// a backslash in a word, however it is escaped. So a program with a backslash in its path
// does not start on desktops that use systemd for this.

const desktopGroup = "[Desktop Entry]"

// desktopEntry returns the content of a .desktop file.
func desktopEntry(e Entry) string {
	lines := []string{
		desktopGroup,
		"Type=Application",
		"Name=" + escapeValue(cmp.Or(e.Name, e.ID)),
		// If the program was removed, the entry is ignored.
		"TryExec=" + escapeValue(e.command()[0]),
		"Exec=" + escapeValue(execLine(e.command())),
	}
	if e.Icon != "" {
		lines = append(lines, "Icon="+escapeValue(e.Icon))
	}
	lines = append(lines, "Terminal=false", "X-GNOME-Autostart-enabled=true")
	return strings.Join(lines, "\n") + "\n"
}

// parseDesktopEntry returns the login of a .desktop file, which the user may have edited.
func parseDesktopEntry(text string) (login, error) {
	values := map[string]string{}
	group := ""
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \t\r\n")
		if strings.HasPrefix(line, "[") {
			group = line
		}
		if key, value, ok := strings.Cut(line, "="); ok && group == desktopGroup {
			values[strings.TrimRight(key, " \t")] = unescapeValue(strings.TrimLeft(value, " \t"))
		}
	}
	if values["Hidden"] == "true" || values["X-GNOME-Autostart-enabled"] == "false" || values["X-MATE-Autostart-enabled"] == "false" {
		return login{}, nil
	}
	command, err := parseExecLine(values["Exec"])
	if err != nil {
		return login{}, err
	}
	return login{enabled: true, command: command}, nil
}

// moveDesktopEntry replaces the program from by to in text, and changes nothing else.
func moveDesktopEntry(text, from, to string) string {
	var moved strings.Builder
	group := ""
	for line := range strings.Lines(text) {
		if trimmed := strings.Trim(line, " \t\r\n"); strings.HasPrefix(trimmed, "[") {
			group = trimmed
		}
		if group == desktopGroup {
			line = moveLine(line, from, to)
		}
		moved.WriteString(line)
	}
	return moved.String()
}

func moveLine(line, from, to string) string {
	key, rest, _ := strings.Cut(line, "=")
	value := strings.Trim(rest, " \t\r\n")
	begin, end, _ := strings.Cut(rest, value)
	is := unescapeValue(value)
	switch strings.Trim(key, " \t") {
	case "TryExec":
		if is == from {
			return key + "=" + begin + escapeValue(to) + end
		}
	case "Exec":
		if command, args, err := cutExecLine(is); err == nil && command[0] == from {
			return key + "=" + begin + escapeValue(execLine([]string{to})+args) + end
		}
	}
	return line
}

// A value is one line. Spaces at its beginning are not part of it.
var valueEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`)

func escapeValue(value string) string {
	escaped := valueEscapes.Replace(value)
	if rest, ok := strings.CutPrefix(escaped, " "); ok {
		escaped = `\s` + rest
	}
	if rest, ok := strings.CutSuffix(escaped, " "); ok {
		escaped = rest + `\s`
	}
	return escaped
}

var valueUnescapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\s`, " ")

func unescapeValue(value string) string { return valueUnescapes.Replace(value) }

// viaShell starts a program that has '%' or '=' in its path. The specification does not
// allow '=' there, and desktops do not convert the escaped form "%%" back to '%'.
// Arguments do not have these problems.
var viaShell = []string{"sh", "-c", `exec "$0" "$@"`}

// execLine returns the value of Exec, before escapeValue.
func execLine(command []string) string {
	if strings.ContainsAny(command[0], "%=") {
		command = slices.Concat(viaShell, command)
	}
	words := make([]string, len(command))
	for i, word := range command {
		words[i] = execQuotes.Replace(word)
		if word == "" || strings.ContainsAny(word, " \t\n\r\"'\\><~|&;$*?#()`") {
			words[i] = `"` + words[i] + `"`
		}
	}
	return strings.Join(words, " ")
}

// All of these except '%' require quotation marks around the word.
var execQuotes = strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`, `%`, `%%`)

var errExec = errors.New("its Exec line is empty, or a quotation mark is missing")

// parseExecLine is the reverse of execLine. It leaves out field codes such as %U, which
// have no value at login.
func parseExecLine(line string) ([]string, error) {
	command, _, err := cutExecLine(line)
	return command, err
}

// cutExecLine is like parseExecLine. It also returns the unparsed text after the program.
func cutExecLine(line string) (command []string, args string, err error) {
	var rests []string // the text after each word
	for {
		line = strings.TrimLeft(line, " \t\n\r")
		if line == "" {
			break
		}
		word, rest, err := cutWord(line)
		if err != nil {
			return nil, "", err
		}
		if len(word) > 0 {
			command, rests = append(command, word...), append(rests, rest)
		}
		line = rest
	}
	if n := len(viaShell); len(command) > n && slices.Equal(command[:n], viaShell) {
		command, rests = command[n:], rests[n:]
	}
	if len(command) == 0 {
		return nil, "", errExec
	}
	return command, rests[0], nil
}

// cutWord returns the first word of the line and the rest. A field code has no word.
func cutWord(line string) (word []string, rest string, err error) {
	var text strings.Builder
	quoted, empty := false, true
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '"':
			quoted, empty = !quoted, false
		case c == '\\' && quoted && i+1 < len(line) && strings.IndexByte("\"`$\\", line[i+1]) >= 0:
			i++
			text.WriteByte(line[i])
		case c == '%' && i+1 < len(line):
			i++
			if line[i] == '%' {
				text.WriteByte('%')
			}
		case !quoted && strings.IndexByte(" \t\n\r", c) >= 0:
			return words(text.String(), empty), line[i:], nil
		default:
			text.WriteByte(c)
		}
	}
	if quoted {
		return nil, "", errExec
	}
	return words(text.String(), empty), "", nil
}

// words returns text as one word, or no word if text is empty and not quoted.
func words(text string, empty bool) []string {
	if text == "" && empty {
		return nil
	}
	return []string{text}
}
