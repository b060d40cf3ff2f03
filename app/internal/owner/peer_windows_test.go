package owner

import (
	"io"
	"net"
	"os"
)

// runPeer connects to the address in args, and returns when standard input ends.
func runPeer(args []string) error {
	conn, err := net.Dial("tcp", args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
