package app

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
)

// nobody is the user and group id of the account of this name.
const nobody = 65534

func init() {
	peers = map[string]func(){"peer": func() {
		resp, err := http.Get(os.Args[2])
		fmt.Println(resp, err)
	}}
}

// AskAsNobody returns what the account nobody gets from url.
func AskAsNobody(url string) (string, error) {
	// Another user cannot reach the file by its path, which go test keeps private, but
	// by an open descriptor.
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		return "", err
	}
	defer binary.Close()
	cmd := exec.Command("/proc/self/fd/3", "peer", url)
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{binary}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	got, err := cmd.CombinedOutput()
	return string(got), err
}
