package published_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

func TestMain(m *testing.M) { packaged.Main(m) }

// An author has only Go, and a folder.
type author struct {
	t   *testing.T
	dir string
	env []string
}

// newAuthor returns an author. Several tests share the folder.
func newAuthor(t *testing.T) author {
	t.Helper()
	dir, _ := packaged.Folder(t, "author")
	proxy, made := packaged.Folder(t, "proxy")
	if made {
		publish(t, proxy)
	}
	return author{t, dir, goEnv(t, proxy, dir)}
}

// run runs a command in a folder, and returns its output.
func (a author) run(folder, name string, args ...string) string {
	a.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = filepath.Join(a.dir, folder)
	cmd.Env = append(os.Environ(), a.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		a.t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// replace replaces a text in a file of a tool.
func (a author) replace(file, text, by string) {
	a.t.Helper()
	path := filepath.Join(a.dir, file)
	source, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	changed := strings.Replace(string(source), text, by, 1)
	if changed == string(source) {
		a.t.Fatalf("there is no %q in\n%s", text, source)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		a.t.Fatal(err)
	}
}

// The versions of the tools, and the line of main.go with the older one.
const (
	older       = "0.1.0"
	newer       = "0.2.0"
	versionLine = `var version = "` + older + `"`
)

// new makes a tool, unless it exists.
func (a author) new(folder string, flags ...string) {
	a.t.Helper()
	if _, err := os.Stat(filepath.Join(a.dir, folder)); err == nil {
		return
	}
	args := append([]string{"run", ours + "/build/dibble@" + version, "new"}, flags...)
	a.run(".", "go", append(args, folder)...)
	a.replace(folder+"/main.go", `Publisher: ""`, `Publisher: "Ada Lovelace <ada@example.org>"`)
}

// pack makes the packages of a version of a tool, unless they exist, and returns their
// folder.
func (a author) pack(folder, version, only string) string {
	a.t.Helper()
	made := filepath.Join(a.dir, strings.ReplaceAll(folder+"-"+version+"-"+only, "/", "-"))
	if _, err := os.Stat(made); err == nil {
		return made
	}
	if version != older {
		a.replace(folder+"/main.go", versionLine, strings.Replace(versionLine, older, version, 1))
		defer a.replace(folder+"/main.go", strings.Replace(versionLine, older, version, 1), versionLine)
	}
	said := a.run(folder, "go", "tool", "dibble", "package", "-only", only)
	if err := os.Rename(filepath.Join(a.dir, folder, "dist"), made); err != nil {
		a.t.Fatalf("%v\n%s", err, said)
	}
	return made
}

// TestAuthor makes a tool in an empty folder, develops it, and packages it.
func TestAuthor(t *testing.T) {
	d := desktop.Start(t)
	a := newAuthor(t)
	const folder = "teatimer"
	a.dir = filepath.Join(t.TempDir(), "my tools")
	if err := os.Mkdir(a.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	a.new(folder)
	a.run(folder, "go", "test", "./...")
	a.develop(d, folder)

	only := "linux/" + runtime.GOARCH
	if proof.Whole() {
		desktop.Need(t, "makensis", "nsis")
		only += ",windows/amd64"
	}
	made := a.pack(folder, older, only)
	for _, name := range []string{"teatimer_" + older + "-1_" + runtime.GOARCH + ".deb", "teatimer-" + older + "-linux-" + runtime.GOARCH + ".tar.gz", "SHA256SUMS"} {
		if _, err := os.Stat(filepath.Join(made, name)); err != nil {
			t.Error(err)
		}
	}
	// The module cache has everything for this.
	offline := author{t, a.dir, append(a.env, "GOPROXY=off")}
	offline.run(folder, "go", "generate")
	if diff := a.run(folder, "go", "mod", "tidy", "-diff"); strings.Contains(diff, "@@") {
		t.Errorf("go.mod or go.sum is not tidy:\n%s", diff)
	}
}

// develop runs a tool under dibble dev until its first page is there, and ends it with Ctrl-C.
func (a author) develop(d *desktop.Desktop, folder string) {
	a.t.Helper()
	d.SetURLHandler("true") // there is no browser
	cmd := d.Command("go", "tool", "dibble", "dev")
	cmd.Dir = filepath.Join(a.dir, folder)
	cmd.Env = append(cmd.Env, a.env...)
	cmd.Env = append(cmd.Env, "HOME="+d.Home())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a shell does
	dev := d.Spawn(cmd)
	_, url, _ := strings.Cut(dev.Line(" is running at "), " is running at ")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		a.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		a.t.Errorf("%s: %s", url, resp.Status)
	}
	// Ctrl-C reaches all processes that the command has started.
	if err := syscall.Kill(-dev.PID(), syscall.SIGINT); err != nil {
		a.t.Error(err)
	}
	if state := dev.Wait(); !state.Success() {
		a.t.Errorf("dibble dev: %v\n%s", state, dev.Stderr())
	}
	if conn, err := client.Get(url); err == nil {
		conn.Body.Close()
		a.t.Error("the tool still runs after dibble dev has ended")
	}
}
