package app

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
)

// nobody is the user and group ID of the account nobody.
const nobody = 65534

func init() {
	peers = map[string]func(){"peer": func() {
		resp, err := http.Get(os.Args[2])
		fmt.Println(resp, err)
	}}
}

// AskAsNobody returns the answer that a process of the account nobody gets from url.
func AskAsNobody(url string) (string, error) {
	// Another user cannot open the file by its path, which is private to go test, but by
	// an open descriptor.
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
