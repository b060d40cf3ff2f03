package instance

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// addressName is the file, beside the lock, where an instance says where it
// listens.
const addressName = "instance.address"

// version is that of the conversation, see [conversation]. Launches of
// different versions of a program may meet; the address tells a launch what the
// instance speaks before it connects.
const version = 1

// address is where an instance listens, and the key that both sides have to
// know. It is different for each instance.
type address struct {
	Version int
	Port    int
	Key     []byte
	Process int    // id
	Host    string // name of the computer
	Network string // namespace of the system; empty where there are none
}

const secretSize = 32 // bytes, for keys and for nonces

func newSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) // it never fails, see its documentation
	return secret
}

func newAddress(port int) address {
	host, _ := os.Hostname()
	return address{version, port, newSecret(), os.Getpid(), host, network()}
}

// errElsewhere says that the instance cannot be reached because it is on another
// computer, which has the same folder (a home on a server), or in another
// network namespace of this one.
var errElsewhere = errors.New("it runs")

// explain returns, for an error of reaching the address, where the instance is
// if that is elsewhere, else the error. A launch that reaches an instance need
// not know: containers can have another host name and the same network.
func (a address) explain(err error) error {
	switch host, _ := os.Hostname(); {
	case a.Host != host:
		return fmt.Errorf("%w on the computer %q, as process %d; shut it down there first", errElsewhere, a.Host, a.Process)
	case a.Network != network():
		return fmt.Errorf("%w in another network namespace of this computer, such as a container, as process %d; shut it down there first", errElsewhere, a.Process)
	}
	return err
}

// write need not replace the file in one step, nor sync it: a launch that reads
// a part of it tries again, and after a power cut the instance is gone as well.
// On Windows a virus scanner may have the old file open for a moment.
func (a address) write(dir string) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	for tries := 50; ; tries-- {
		err := os.WriteFile(filepath.Join(dir, addressName), text, 0o600)
		if err == nil || runtime.GOOS != "windows" || tries == 0 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// readAddress returns an address only if a conversation can be tried there.
func readAddress(dir string) (address, error) {
	path := filepath.Join(dir, addressName)
	text, err := os.ReadFile(path)
	if err != nil {
		return address{}, err
	}
	var a address
	if err := json.Unmarshal(text, &a); err != nil {
		return address{}, fmt.Errorf("%s: %w", path, err)
	}
	if a.Version != version {
		return address{}, fmt.Errorf("%s is of another version of the program, which is to be shut down first", path)
	}
	if len(a.Key) != secretSize || a.Port < 1 || a.Port > 65535 {
		return address{}, fmt.Errorf("%s does not hold a port and a key", path)
	}
	return a, nil
}

// remove removes the address, unless it is another instance's: where somebody
// has removed the folder, there can be two. An address that stays does no harm.
func (a address) remove(dir string) {
	there, err := readAddress(dir)
	if err == nil && bytes.Equal(there.Key, a.Key) {
		_ = os.Remove(filepath.Join(dir, addressName))
	}
}
