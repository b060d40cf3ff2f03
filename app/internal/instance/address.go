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

// addressName is the name of the file, beside the lock, with the address of the instance.
const addressName = "instance.address"

// version is the version of the protocol; see [channel]. It is part of the address, so a
// launch of another version of the program knows it before it connects.
const version = 1

// An address has the port of an instance, and the key that both sides must know. Each
// instance has another key.
type address struct {
	Version int
	Port    int
	Key     []byte
	Process int    // the process ID
	Host    string // the name of the computer
	Network string // the network namespace; empty on systems without namespaces
}

const secretSize = 32 // bytes, for keys and for nonces

func newSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) // never returns an error
	return secret
}

func newAddress(port int) address {
	host, _ := os.Hostname()
	return address{version, port, newSecret(), os.Getpid(), host, network()}
}

// errElsewhere means that the instance is on another computer with the same folder, such
// as a home folder on a server, or in another network namespace of this computer.
var errElsewhere = errors.New("it is running")

// explain returns the reason for err, a failure to reach the address: an errElsewhere if
// the instance is elsewhere, or err. Do not call it if the instance can be reached,
// because containers can have another host name and the same network.
func (a address) explain(err error) error {
	switch host, _ := os.Hostname(); {
	case a.Host != host:
		return fmt.Errorf("%w on the computer %q, as process %d; shut it down there first", errElsewhere, a.Host, a.Process)
	case a.Network != network():
		return fmt.Errorf("%w in another network namespace of this computer, such as a container, as process %d; shut it down there first", errElsewhere, a.Process)
	}
	return err
}

// write writes the address to its file. It need not be atomic, because a launch that
// reads a part of the file tries again. It need not sync, because the instance does not
// survive a power failure. On Windows, write retries, because a virus scanner may have
// the old file open.
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

// readAddress returns the address in the folder, or an error if it cannot be used.
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
		return address{}, fmt.Errorf("%s is from another version of the program; shut that down first", path)
	}
	if len(a.Key) != secretSize || a.Port < 1 || a.Port > 65535 {
		return address{}, fmt.Errorf("%s does not have a port and a key", path)
	}
	return a, nil
}

// remove removes the file, unless it belongs to another instance. There can be two
// instances if the folder was removed. A file that is left over does no harm.
func (a address) remove(dir string) {
	there, err := readAddress(dir)
	if err == nil && bytes.Equal(there.Key, a.Key) {
		_ = os.Remove(filepath.Join(dir, addressName))
	}
}
