package instance

import (
	"fmt"
	"sync"
)

// Message is a command from a later launch, which waits for the answer. Its
// methods may be called concurrently; the first call answers, later ones do
// nothing.
type Message struct {
	Command string

	answering sync.Once
	answer    chan answer // holds one
}

// answer is what the instance says to a command.
type answer struct {
	text     string
	declined bool
}

// Reply ends the sender's wait with a text of at most 4,096 bytes; what is
// longer is cut. It does not block.
func (m *Message) Reply(text string) {
	m.answering.Do(func() { m.answer <- answer{text: text[:min(len(text), MaxText)]} })
}

// Decline says that the instance is about to end. A launch that wanted to open
// it waits for that end and takes its place. It does not block.
func (m *Message) Decline() {
	m.answering.Do(func() { m.answer <- answer{declined: true} })
}

func newMessage(command string) *Message {
	return &Message{Command: command, answer: make(chan answer, 1)}
}

// MaxText bounds commands and answers, in bytes.
const MaxText = 4096

func checkText(command string) error {
	if len(command) > MaxText {
		return fmt.Errorf("instance: command of %d bytes: at most %d are allowed", len(command), MaxText)
	}
	return nil
}
