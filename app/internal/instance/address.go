package instance

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
)

// The files in the folder.
const (
	lockName    = "instance.lock"
	addressName = "instance.address"
)

// address is where an instance listens, and the key that both sides have to
// know. It is different for each instance.
type address struct {
	port int
	key  []byte
}

const secretSize = 32 // bytes, for keys and for nonces

func newSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) // it never fails, see its documentation
	return secret
}

// write needs no sync: after a power cut the instance is gone as well.
func (a address) write(path string) error {
	return atomicfile.Write(path, fmt.Appendf(nil, "%d %x\n", a.port, a.key), 0o600)
}

func readAddress(dir string) (address, error) {
	file, err := os.Open(filepath.Join(dir, addressName))
	if err != nil {
		return address{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 1024))
	if err != nil {
		return address{}, err
	}
	var port int
	var key string
	if _, err := fmt.Sscanf(string(text), "%d %s\n", &port, &key); err != nil {
		return address{}, fmt.Errorf("%s: %w", file.Name(), err)
	}
	secret, err := hex.DecodeString(key)
	if err != nil || len(secret) != secretSize || port < 1 || port > 65535 {
		return address{}, fmt.Errorf("%s does not hold a port and a key", file.Name())
	}
	return address{port, secret}, nil
}

func (a address) equal(b address) bool { return a.port == b.port && bytes.Equal(a.key, b.key) }
