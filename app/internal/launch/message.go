// Package launch defines the messages between a launch of a program and the running
// instance. A launch sends its build, its desktop session, and the files and addresses to
// open. The package also decides which files and addresses are allowed.
//
// Messages are JSON. Package instance sends them with their length. All versions of the
// format have the keys version and command, so that every launch can end every instance.
package launch

import (
	"encoding/json"
	"errors"
	"fmt"
)

// version is the version of the format. Of the messages of other versions, an instance
// answers only [Quit].
const version = 1

// A Command is the request of a launch.
type Command string

const (
	Show Command = "show" // get the page to open; the instance notes the launch
	Look Command = "look" // get the address of the home page; changes nothing
	Quit Command = "quit" // end the instance
)

// A Message is sent by a launch.
type Message struct {
	Version int               `json:"version"`
	Command Command           `json:"command"`
	Build   Build             `json:"build"`
	Session map[string]string `json:"session,omitempty"` // variables of the desktop session
	Args    [][]byte          `json:"args,omitempty"`    // to open; file names need not be UTF-8
	Dir     []byte            `json:"dir,omitempty"`     // the working folder of the launch
}

// Encode returns m as text.
func (m Message) Encode() (string, error) {
	m.Version = version
	text, err := json.Marshal(m)
	return string(text), err
}

// DecodeMessage decodes a message of a launch. The error is for the person who has
// launched the program.
func DecodeMessage(text string) (m Message, err error) {
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("another version of this program is running, and does not understand this one: %w; shut it down in its menu, and start this one again", err)
	}
	if m.Version != version && m.Command != Quit {
		return m, errors.New("another version of this program is running, and cannot answer this one; shut it down in its menu or with -quit, and start this one again")
	}
	return m, nil
}

// A Reply is the answer of the running instance to a launch.
type Reply struct {
	URL     string `json:"url,omitempty"`     // the page to open
	Other   string `json:"other,omitempty"`   // the title of the running build, if that differs from the launch's
	Problem string `json:"problem,omitempty"` // why there is no page, in words for the owner
}

// Encode returns r as text.
func (r Reply) Encode() string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings can always be encoded
	}
	return string(text)
}

// DecodeReply decodes the reply of the running instance.
func DecodeReply(text string) (r Reply, err error) {
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("this version of the program does not understand the answer of the one that is running: %w; shut that down with -quit, and start this one again", err)
	}
	return r, nil
}
