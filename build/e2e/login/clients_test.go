package login

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// A client is a program that logs in.
type client struct {
	name    string
	program string
	scheme  string
	// args returns the arguments to get pages, or to post the content of a file.
	args func(user, password, file string, urls []string) []string
}

var clients = []client{
	curl("--basic", "Basic"), curl("--anyauth", "Basic"), curl("--anyauth", "Digest"), curl("--digest", "Digest"),
	wget("Basic"), wget("Digest"),
}

func curl(option, scheme string) client {
	return client{"curl " + option, "curl", scheme, func(user, password, file string, urls []string) []string {
		args := []string{"--disable", "--noproxy", "*", "--silent", "--show-error", option, "--user", user + ":" + password}
		if file != "" {
			args = append(args, "--data-binary", "@"+file)
		}
		return append(args, urls...)
	}}
}

func wget(scheme string) client {
	return client{"wget", "wget", scheme, func(user, password, file string, urls []string) []string {
		args := []string{"--no-config", "--no-proxy", "--quiet", "--output-document=-", "--user=" + user, "--password=" + password}
		if file != "" {
			args = append(args, "--post-file="+file)
		}
		return append(args, urls...)
	}}
}

// run returns the output of the client. The tests check the output, and not the exit
// status.
func (c client) run(t *testing.T, user, password, file string, urls ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.program, c.args(user, password, file, urls)...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skipf("no %[1]s here (Debian package %[1]s)", c.program)
	}
	return string(out)
}
