package instance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"
)

// A channel is one side of a connection between a launch and the instance. The protocol
// is:
//
//	launch      nonce
//	instance    nonce, proof
//	launch      proof, command
//	instance    verdict, answer
//	instance    closes the connection when it has ended
//
// Nonces and proofs have 32 bytes, and a verdict has one byte. The command and the answer
// are texts after their length. A new version of the protocol can add data after the
// command.
type channel struct {
	net.Conn
	key              []byte
	launch, instance []byte // the nonces
}

// These are the sides in their proofs, with the version.
const (
	launchSide   = "launch 1"
	instanceSide = "instance 1"
)

// These are the verdicts.
const (
	declined = 0
	answered = 1
)

// MaxText is the maximum length of commands and answers. Lengths are sent in two bytes.
const MaxText = 1<<16 - 1

func checkText(command string) error {
	if len(command) > MaxText {
		return fmt.Errorf("instance: the command has %d bytes; the maximum is %d", len(command), MaxText)
	}
	return nil
}

// proofTime limits the time for a proof. After that, a launch tries again.
const proofTime = 3 * time.Second

var (
	errProof = errors.New("the other side does not know the key")

	// errEnded means that the instance has ended without an answer.
	errEnded = errors.New("the program has ended")
)

// exchange sends the command of a launch and returns the answer.
func (c *channel) exchange(command string) (answer string, err error) {
	c.SetDeadline(time.Now().Add(proofTime))
	c.launch = newSecret()
	if _, err := c.Write(c.launch); err != nil {
		return "", err
	}
	if c.instance, err = c.read(secretSize); err != nil {
		return "", err
	}
	if err := c.readProof(instanceSide); err != nil {
		return "", err
	}
	c.SetDeadline(time.Time{})
	if _, err := c.Write(appendText(c.proof(launchSide), command)); err != nil {
		return "", fmt.Errorf("%w: %w", errEnded, err)
	}
	verdict, err := c.read(1)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errEnded, err)
	}
	if answer, err = c.readText(); err == nil && verdict[0] != answered {
		c.waitForEnd()
		err = errEnded
	}
	return answer, err
}

// waitForEnd waits until the other side closes the connection.
func (c *channel) waitForEnd() { io.Copy(io.Discard, c) }

// receive returns the command of a launch after its proof.
func (c *channel) receive() (command string, err error) {
	c.SetDeadline(time.Now().Add(proofTime))
	if c.launch, err = c.read(secretSize); err != nil {
		return "", err
	}
	c.instance = newSecret()
	if _, err := c.Write(slices.Concat(c.instance, c.proof(instanceSide))); err != nil {
		return "", err
	}
	if err := c.readProof(launchSide); err != nil {
		return "", err
	}
	return c.readText()
}

// reply sends the answer to a command. An answer that is too long is truncated.
func (c *channel) reply(answer string, ok bool) {
	verdict := byte(declined)
	if ok {
		verdict = answered
	}
	c.SetDeadline(time.Now().Add(proofTime))
	c.Write(appendText([]byte{verdict}, answer[:min(len(answer), MaxText)]))
	c.SetDeadline(time.Time{})
}

// proof returns the proof that the side knows the key.
func (c *channel) proof(side string) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(c.launch)
	mac.Write(c.instance)
	mac.Write([]byte(side))
	return mac.Sum(nil)
}

func (c *channel) readProof(side string) error {
	got, err := c.read(sha256.Size)
	if err == nil && !hmac.Equal(got, c.proof(side)) {
		err = errProof
	}
	return err
}

func appendText(b []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(text))), text...)
}

func (c *channel) readText() (string, error) {
	size, err := c.read(2)
	if err != nil {
		return "", err
	}
	text, err := c.read(int(binary.BigEndian.Uint16(size)))
	return string(text), err
}

func (c *channel) read(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(c, b)
	return b, err
}
