package autostart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The functions in this file read and write the property lists of macOS's launchd; see
// launchd.plist(5).

const (
	plistBegin = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>%s</string>
	<key>ProgramArguments</key>
	<array>
`
	plistEnd = `	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>LimitLoadToSessionType</key>
	<string>Aqua</string>
	<key>ProcessType</key>
	<string>Interactive</string>
</dict>
</plist>
`
)

// agent returns the content of a LaunchAgent's .plist file. It returns an error for
// characters that XML cannot represent.
func agent(e Entry) (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, plistBegin, e.ID)
	for _, word := range e.command() {
		text.WriteString("\t\t<string>")
		if err := xml.EscapeText(&text, []byte(word)); err != nil {
			return "", err
		}
		text.WriteString("</string>\n")
	}
	text.WriteString(plistEnd)
	// EscapeText replaces such characters.
	if back, err := parseAgent(text.String()); err != nil || !slices.Equal(back.command, e.command()) {
		return "", errors.Join(err, fmt.Errorf("a property list cannot hold %q", e.command()))
	}
	return text.String(), nil
}

// A property is an element of a property list. A dict has keys and values in turn, and an
// array has values.
type property struct {
	XMLName  xml.Name
	Text     string     `xml:",chardata"`
	Children []property `xml:",any"`
}

// parseAgent returns the login of a LaunchAgent's .plist file, which the user may have
// edited.
func parseAgent(text string) (login, error) {
	var list struct {
		XMLName xml.Name `xml:"plist"`
		Dict    property `xml:"dict"`
	}
	if err := xml.NewDecoder(io.LimitReader(strings.NewReader(text), 1<<20)).Decode(&list); err != nil {
		return login{}, fmt.Errorf("not a property list in XML: %w", err)
	}
	found := login{}
	disabled := false
	pairs := list.Dict.Children
	for i := 0; i+1 < len(pairs); i += 2 {
		value := pairs[i+1]
		switch pairs[i].Text {
		case "RunAtLoad":
			found.enabled = value.XMLName.Local == "true"
		case "Disabled":
			disabled = value.XMLName.Local == "true"
		case "Program":
			if found.command == nil {
				found.command = []string{value.Text}
			}
		case "ProgramArguments":
			found.command = nil
			for _, word := range value.Children {
				found.command = append(found.command, word.Text)
			}
		}
	}
	if !found.enabled || disabled || len(found.command) == 0 {
		return login{}, nil
	}
	return found, nil
}

// moveAgent replaces the program from by to in text, and changes nothing else.
func moveAgent(text, from, to string) (string, error) {
	var moved strings.Builder
	copied := int64(0)
	var open []string // the open elements, outermost first
	var key, content string
	var begin int64
	nth := 0 // value of the key
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		end := d.InputOffset()
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", fmt.Errorf("not a property list in XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			open = append(open, t.Name.Local)
			content, begin = "", d.InputOffset()
		case xml.CharData:
			content += string(t)
		case xml.EndElement:
			switch strings.Join(open, "/") {
			case "plist/dict/key":
				key, nth = content, 0
			case "plist/dict/string", "plist/dict/array/string":
				if content == from && nth == 0 && (key == "Program" || key == "ProgramArguments") {
					moved.WriteString(text[copied:begin])
					if err := xml.EscapeText(&moved, []byte(to)); err != nil {
						return "", err
					}
					copied = end
				}
				nth++
			}
			open = open[:len(open)-1]
		}
	}
	moved.WriteString(text[copied:])
	if back, err := parseAgent(moved.String()); err != nil || len(back.command) == 0 || back.command[0] != to {
		return "", errors.Join(err, fmt.Errorf("a property list cannot hold %q", to))
	}
	return moved.String(), nil
}
