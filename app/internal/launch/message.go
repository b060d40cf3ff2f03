// Package launch is what the launches of a program say to the one that runs: which
// build they are, which desktop session they come from, and what they were told to
// open. What files and addresses a launch may bring is decided here as well.
//
// Messages are JSON, over the channel of package instance, which sends them with their
// length before them. All versions of the format have the keys version and command, so
// that any launch can end any program.
package launch

import (
	"encoding/json"
	"errors"
	"fmt"
)

// version is that of the format. A program does not answer a launch of another one,
// but to [Quit].
const version = 1

// A Command is what a launch wants.
type Command string

const (
	Hail Command = "hail" // the page to open; the program takes note of the launch
	Look Command = "look" // the address of the home page; nothing is changed
	Quit Command = "quit" // the end
)

// A Message is what a launch says.
type Message struct {
	Version int               `json:"version"`
	Command Command           `json:"command"`
	Build   Build             `json:"build"`
	Session map[string]string `json:"session,omitempty"` // variables of the desktop session
	Args    [][]byte          `json:"args,omitempty"`    // see [Opens]; names of files need not be UTF-8
	Dir     []byte            `json:"dir,omitempty"`     // the launch's folder
}

// Encode returns m as text.
func (m Message) Encode() (string, error) {
	m.Version = version
	text, err := json.Marshal(m)
	return string(text), err
}

// DecodeMessage returns the message that a launch has sent. The error is for the person
// who has launched the program.
func DecodeMessage(text string) (m Message, err error) {
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("another version of this program runs, and understands no launch of this one: %w; end it in its menu, and start this one again", err)
	}
	if m.Version != version && m.Command != Quit {
		return m, errors.New("another version of this program runs, which cannot answer this one; end it with -quit or in its menu, and start this one again")
	}
	return m, nil
}

// A Reply is what the program says to a launch.
type Reply struct {
	URL     string `json:"url,omitempty"`     // of the page to open
	Other   string `json:"other,omitempty"`   // the title of the build that runs, if it is another one than the launch's
	Problem string `json:"problem,omitempty"` // why there is no page, for the owner
}

// Encode returns r as text.
func (r Reply) Encode() string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings have no error
	}
	return string(text)
}

// DecodeReply returns the reply of the program that runs.
func DecodeReply(text string) (r Reply, err error) {
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("the program that runs has given an answer that this version of it does not understand: %w; end it with -quit, and start this one again", err)
	}
	return r, nil
}
