package login

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A client is a program that logs in.
type client struct {
	name    string
	program string
	// args are those to fetch the addresses, one after another, or to send a file's
	// content as a form.
	args func(user, password, file string, urls []string) []string
	to   []offer // what it logs in to
}

const requestsScript = `
import sys, requests
scheme, user, password, form = sys.argv[1:5]
session = requests.Session()
session.trust_env = False
session.auth = {"basic": requests.auth.HTTPBasicAuth, "digest": requests.auth.HTTPDigestAuth}[scheme](user, password)
for url in sys.argv[5:]:
    if form:
        answer = session.post(url, data=open(form).read(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    else:
        answer = session.get(url)
    print(answer.status_code, answer.text)
`

func curl(scheme string, to ...offer) client {
	return client{"curl " + scheme, "curl", func(user, password, file string, urls []string) []string {
		args := []string{"--disable", "--noproxy", "*", "--silent", "--show-error", scheme, "--user", user + ":" + password}
		if file != "" {
			args = append(args, "--data-binary", "@"+file)
		}
		return append(args, urls...)
	}, to}
}

func requests(scheme string, to ...offer) client {
	// Debian's Python has requests, whatever other Python is on PATH.
	return client{"requests " + scheme, "/usr/bin/python3", func(user, password, file string, urls []string) []string {
		return append([]string{"-c", requestsScript, scheme, user, password, file}, urls...)
	}, to}
}

var clients = []client{
	curl("--basic", basic), curl("--anyauth", basic, sha256), curl("--digest", sha256, md5),
	requests("basic", basic), requests("digest", sha256, md5),
	{"wget", "wget", func(user, password, file string, urls []string) []string {
		args := []string{"--no-config", "--no-proxy", "--quiet", "--output-document=-", "--user=" + user, "--password=" + password}
		if file != "" {
			args = append(args, "--post-file="+file)
		}
		return append(args, urls...)
	}, []offer{basic, sha256, md5}},
	// w3m takes one address, with the password in it, and sends no file. Where SHA-256 is
	// offered before MD5, version 0.5.3 does not log in.
	{"w3m", "w3m", func(user, password, file string, urls []string) []string {
		return []string{"-no-proxy", "-dump", strings.Replace(urls[0], "//", "//"+user+":"+password+"@", 1)}
	}, []offer{md5}},
}

// run runs the client to its end and returns what it printed. Its exit status is
// its own affair.
func (c client) run(t *testing.T, user, password, file string, urls ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.program, c.args(user, password, file, urls)...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "ModuleNotFoundError") {
		t.Skipf("no %s here (Debian packages wget, w3m, python3-requests)", c.name)
	}
	return string(out)
}
