package instance

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
)

// A frame is one line of JSON. Four of them make a conversation:
//
//	launch      nonce
//	instance    nonce, MAC of both nonces
//	launch      command, MAC of it and both nonces
//	instance    answer, MAC of it and both nonces
//
// The launch says what it wants only after the instance has proved that it
// knows the key, and the instance listens to it only with a proof. A MAC also
// covers what it is for, so that none can be sent back as another.
type frame struct {
	Nonce    []byte `json:",omitempty"`
	MAC      []byte `json:",omitempty"`
	Text     []byte `json:",omitempty"`
	Declined bool   `json:",omitempty"`
}

// maxLine holds a frame with the longest text in base64, with room to spare.
const maxLine = 2 * MaxText

// What a MAC is for. The number tells the versions of the conversation apart;
// launches of different versions of a program may meet.
const (
	forHello   = "instance 1 hello"
	forCommand = "instance 1 command"
	forReply   = "instance 1 reply"
	forDecline = "instance 1 decline"
)

var errProof = errors.New("the other side does not know the key")

// channel is one side of a conversation.
type channel struct {
	conn           net.Conn
	in             *bufio.Reader
	key            []byte
	launch, answer []byte // the nonces
}

func newChannel(conn net.Conn, key []byte) *channel {
	return &channel{conn: conn, in: bufio.NewReaderSize(conn, maxLine), key: key}
}

func (c *channel) send(f frame) error {
	line, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = c.conn.Write(append(line, '\n'))
	return err
}

func (c *channel) receive() (frame, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return frame{}, err
	}
	var f frame
	if err := json.Unmarshal(line, &f); err != nil {
		return frame{}, fmt.Errorf("not a frame: %w", err)
	}
	return f, nil
}

// receiveNonce returns a frame whose nonce is of the right size.
func (c *channel) receiveNonce() (frame, error) {
	f, err := c.receive()
	if err == nil && len(f.Nonce) != secretSize {
		err = errProof
	}
	return f, err
}

// mac is for one purpose in this conversation. Everything before the text has
// a fixed length or is preceded by it.
func (c *channel) mac(purpose string, text []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(purpose))))
	mac.Write([]byte(purpose))
	mac.Write(c.launch)
	mac.Write(c.answer)
	mac.Write(text)
	return mac.Sum(nil)
}

func (c *channel) check(f frame, purpose string) error {
	if !hmac.Equal(f.MAC, c.mac(purpose, f.Text)) {
		return errProof
	}
	return nil
}
