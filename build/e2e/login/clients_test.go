package login

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// A client is a program that logs in.
type client struct {
	name    string
	program string
	// The Debian package that has what the client needs, and how to find out
	// whether it is there.
	debianPackage string
	check         []string

	// get are the arguments to fetch the paths of a vault, one after another.
	get func(v *vault, user, password string, paths []string) []string
	// post are the arguments to send a file's content as a form. Nil: it cannot.
	post func(v *vault, user, password, file string) []string
}

// urls are the addresses of the paths.
func (v *vault) urls(paths []string) []string {
	var urls []string
	for _, path := range paths {
		urls = append(urls, v.url.JoinPath(path).String())
	}
	return urls
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

const lwpScript = `
use strict;
package Agent;
require LWP::UserAgent;
our @ISA = ("LWP::UserAgent");
my ($user, $password, $form, @urls) = @ARGV;
sub get_basic_credentials { return ($user, $password) }
my $agent = Agent->new(keep_alive => 1);
for my $url (@urls) {
    my $answer;
    if ($form) {
        open(my $in, "<", $form) or die $!;
        local $/;
        $answer = $agent->post($url, "Content-Type" => "application/x-www-form-urlencoded", Content => scalar <$in>);
    } else {
        $answer = $agent->get($url);
    }
    print $answer->status_line, " ", $answer->content, "\n";
}
`

// python has requests where Debian puts it, whatever other Python is on PATH.
const python = "/usr/bin/python3"

func curl(scheme string) client {
	args := func(user, password string) []string {
		return []string{"--disable", "--noproxy", "*", "--silent", "--show-error", scheme, "--user", user + ":" + password}
	}
	return client{
		name: "curl " + scheme, program: "curl", debianPackage: "curl", check: []string{"--version"},
		get: func(v *vault, user, password string, paths []string) []string {
			return append(args(user, password), v.urls(paths)...)
		},
		post: func(v *vault, user, password, file string) []string {
			return append(args(user, password), "--data-binary", "@"+file, v.url.String())
		},
	}
}

func requests(scheme string) client {
	return client{
		name: "requests " + scheme, program: python, debianPackage: "python3-requests", check: []string{"-c", "import requests"},
		get: func(v *vault, user, password string, paths []string) []string {
			return append([]string{"-c", requestsScript, scheme, user, password, ""}, v.urls(paths)...)
		},
		post: func(v *vault, user, password, file string) []string {
			return []string{"-c", requestsScript, scheme, user, password, file, v.url.String()}
		},
	}
}

var wget = client{
	name: "wget", program: "wget", debianPackage: "wget", check: []string{"--version"},
	get: func(v *vault, user, password string, paths []string) []string {
		return append([]string{"--no-config", "--no-proxy", "--quiet", "--output-document=-", "--user=" + user, "--password=" + password}, v.urls(paths)...)
	},
	post: func(v *vault, user, password, file string) []string {
		return []string{"--no-config", "--no-proxy", "--quiet", "--output-document=-", "--user=" + user, "--password=" + password, "--post-file=" + file, v.url.String()}
	},
}

var lwp = client{
	name: "libwww-perl", program: "perl", debianPackage: "libwww-perl", check: []string{"-MLWP::UserAgent", "-e", ""},
	get: func(v *vault, user, password string, paths []string) []string {
		return append([]string{"-e", lwpScript, user, password, ""}, v.urls(paths)...)
	},
	post: func(v *vault, user, password, file string) []string {
		return []string{"-e", lwpScript, user, password, file, v.url.String()}
	},
}

// w3m takes one address, with the password in it.
var w3m = client{
	name: "w3m", program: "w3m", debianPackage: "w3m", check: []string{"-version"},
	get: func(v *vault, user, password string, paths []string) []string {
		address := *v.url.JoinPath(paths[0])
		address.User = url.UserPassword(user, password)
		return []string{"-no-proxy", "-dump", address.String()}
	},
}

// run runs the client to its end and returns what it printed. Its exit status is
// its own affair.
func (c client) run(t *testing.T, args []string) string {
	t.Helper()
	if c.program != "curl" {
		proof.Only(t) // one of them will do for every run
	}
	if err := exec.Command(c.program, c.check...).Run(); err != nil {
		t.Skipf("no %s here (Debian package %s): %v", c.name, c.debianPackage, err)
	}
	home := t.TempDir()
	cmd := exec.CommandContext(t.Context(), c.program, args...)
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		fmt.Fprintf(&output, "(%v)\n", err)
	}
	return output.String()
}

// formFile has a form with a note of size bytes in it.
func formFile(t *testing.T, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "form")
	form := append([]byte("note="), bytes.Repeat([]byte("x"), size)...)
	if err := os.WriteFile(path, form, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
