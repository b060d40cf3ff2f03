package attack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// openHome is a home as most systems make it: others may look into it. Its owner
// creates files that anybody may write, unless a program says otherwise.
func openHome(t *testing.T, owner uint32) (home string, enter func(*exec.Cmd)) {
	t.Helper()
	home = tool.OwnedFolder(t, owner)
	for _, dir := range []string{"", ".config", ".config/autostart", ".local", ".local/state", ".local/share", ".cache"} {
		path := filepath.Join(home, dir)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, int(owner), int(owner)); err != nil {
			t.Fatal(err)
		}
	}
	return home, func(cmd *exec.Cmd) {
		tool.InHome(home, owner)(cmd)
		cmd.Args = append([]string{"sh", "-c", `umask 0; exec "$0" "$@"`}, append([]string{cmd.Path}, cmd.Args[1:]...)...)
		cmd.Path = "/bin/sh"
	}
}

// Only the owner can read what the program writes. Other users may read one file, and
// write none.
func TestFiles_permissions(t *testing.T) {
	tool.NeedRoot(t)
	home, enter := openHome(t, 0)
	before := files(t, home)
	v := start(t, enter, "-verbose")
	settings := "port=" + v.port + "&openBrowser=true&startAtLogin=true"
	if a, err := v.ask(fmt.Sprintf("POST /app.settings HTTP/1.1\n%s%sContent-Length: %d\n\n%s", own, urlencoded, len(settings), settings)); len(a) != 1 || a[0].StatusCode != 200 {
		t.Fatal(a, err)
	}
	// An upload that is under way has a file.
	w, err := v.dial("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.send(v.lines("POST /upload HTTP/1.1\n" + own + multipart + "Content-Length: 30000000\n\n" +
		part(`Content-Disposition: form-data; name="file"; filename="f"`, strings.Repeat("a", 20<<20))[:20<<20]))
	desktop.Await(t, "the upload's file", func() bool {
		found, err := filepath.Glob(filepath.Join(home, ".cache/target/temp/*"))
		return err == nil && len(found) > 0
	})
	tried, held := 0, 0
	for _, path := range files(t, home) {
		if slices.Contains(before, path) {
			continue
		}
		tried++
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		want := fs.FileMode(0o600)
		switch {
		case info.IsDir():
			want = 0o700
		case strings.HasPrefix(path, filepath.Join(home, ".config/autostart")):
			want = 0o644 // the desktop's, and no secret
		}
		if got := info.Mode().Perm(); got != want || !info.Mode().IsRegular() && !info.IsDir() {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
			continue
		}
		held++
	}
	t.Logf("%d files and folders", tried)
	// The same, by somebody who tries.
	for _, other := range []uint32{1, tool.Nobody} {
		cmd := exec.Command("find", home, "(", "-readable", "-o", "-writable", ")", "-printf", "%y %P\n")
		tool.As(other)(cmd)
		out, _ := cmd.Output() // it complains of what it may not look into
		for line := range strings.Lines(string(out)) {
			kind, path, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			if kind != "d" && path != ".config/autostart/target.desktop" {
				t.Errorf("user %d can open %s", other, path)
				held = 0
			}
		}
	}
	proof.Held(t, "files and folders that the program makes are its owner's alone, whatever the umask", tried, held)
}

// Without a home, the program uses a folder of its own making, and nothing that others
// have put in its place.
func TestFiles_planted(t *testing.T) {
	tool.NeedRoot(t)
	tried, held := 0, 0
	for name, plant := range map[string]func(path, theirs string) error{
		"a folder of theirs": func(path, _ string) error { return os.Mkdir(path, 0o777) },
		"a link to one":      func(path, theirs string) error { return os.Symlink(theirs, path) },
		"a link to nothing":  func(path, theirs string) error { return os.Symlink(filepath.Join(theirs, "evil"), path) },
		"a link to /etc":     func(path, _ string) error { return os.Symlink("/etc", path) },
		"a file":             func(path, _ string) error { return os.WriteFile(path, nil, 0o666) },
	} {
		tried++
		temp := tool.OwnedFolder(t, 0)
		if err := os.Chmod(temp, 0o777|fs.ModeSticky); err != nil {
			t.Fatal(err)
		}
		theirs := tool.OwnedFolder(t, 1)
		if err := os.Chmod(theirs, 0o777); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(temp, "target-"+strconv.Itoa(tool.Nobody))
		if err := plant(path, theirs); err != nil {
			t.Fatal(err)
		}
		if err := os.Lchown(path, 1, 1); err != nil {
			t.Fatal(err)
		}
		d := desktop.Start(t)
		cmd := d.Command(target, "-no-browser", "-no-tray")
		tool.InHome("/nonexistent", tool.Nobody)(cmd)
		cmd.Env = append(desktop.Without(cmd.Env, "TMPDIR"), "TMPDIR="+temp)
		tool.WithoutBrowser(cmd)
		p := d.Spawn(cmd)
		code := p.Wait().ExitCode()
		left := append(files(t, theirs)[1:], files(t, temp)[1:]...)
		if code != 1 || !slices.Equal(left, []string{path}) {
			t.Errorf("%s: exit status %d, %s; files %q", name, code, p.Stderr(), left)
			continue
		}
		held++
	}
	proof.Held(t, "folders and links that others plant for the program are not used", tried, held)
}

// Launches by other users, with the owner's home or address, do nothing to the program,
// and the channel between the owner's launches accepts nobody else.
func TestInstance_strangers(t *testing.T) {
	tool.NeedRoot(t)
	d := desktop.Start(t)
	home, enter := openHome(t, 0)
	p := startOn(t, d, enter)
	address := readAddress(t, home)
	port, key := string(address.Port), address.Key
	tried, held := 0, 0
	for _, other := range []uint32{1, tool.Nobody} {
		for _, args := range [][]string{{"-quit"}, {"-no-browser", "-no-tray"}, {"-no-tray"}} {
			tried++
			cmd := d.Command(target, args...)
			tool.InHome(home, other)(cmd)
			tool.WithoutBrowser(cmd)
			for variable, dir := range map[string]string{"XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".local/state", "XDG_CACHE_HOME": ".cache"} {
				cmd.Env = append(cmd.Env, variable+"="+filepath.Join(home, dir))
			}
			q := d.Spawn(cmd)
			if code := q.Wait().ExitCode(); code != 1 || strings.Contains(q.Stdout(), "is running at") || strings.Contains(q.Stdout(), "ended") {
				t.Errorf("user %d with %q: exit status %d, %q", other, args, code, q.Stdout())
				continue
			}
			held++
		}
		// Whoever has the key has no use for it.
		for _, how := range []string{"ask", "shut", "leave"} {
			tried++
			q := p.spawn(d, tool.As(other), "127.0.0.1", port, how)
			q.Wait()
			if got := q.Stdout(); how != "leave" && !strings.HasPrefix(got, "cut: ") {
				t.Errorf("user %d at the channel: %q", other, got)
				continue
			}
			held++
		}
	}
	// The owner's own browser could be sent there.
	channel := &victim{p.Running, t, port}
	for _, raw := range []string{
		"GET / HTTP/1.1\nHost: 127.0.0.1:" + port + "\n\n",
		"POST / HTTP/1.1\nHost: 127.0.0.1:" + port + "\nContent-Length: 68\n\n" + strings.Repeat("A", 64) + "\x00\x04quit",
		strings.Repeat("\x00", 64) + "\x00\x04quit", strings.Repeat("\xff", 100_000), key + key + key,
	} {
		tried++
		got, err := channel.askBytes(raw)
		if err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Fatal(err)
		}
		if strings.Contains(got, key) || strings.Contains(got, "running") || strings.Contains(got, p.port) {
			t.Errorf("%.100q is answered with %q", raw, got)
			continue
		}
		held++
	}
	// It still runs, and its owner's launches find it.
	cmd := d.Command(target, "-no-browser", "-no-tray")
	enter(cmd)
	if q := d.Spawn(cmd); q.Wait().ExitCode() != 0 || !strings.Contains(q.Stdout(), p.URL) || !p.Process.Running() {
		t.Errorf("the owner's launch says %q %s", q.Stdout(), q.Stderr())
		held = 0
	}
	proof.Held(t, "launches of others, and strangers at the channel of the owner's launches, do and learn nothing", tried, held)
}
