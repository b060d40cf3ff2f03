//go:build unix

package dirs

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// newHome sets a new home folder and a new temporary folder for the test.
func newHome(t *testing.T) (home, temp string) {
	t.Helper()
	home, temp = t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("TMPDIR", temp)
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, "")
	}
	return home, temp
}

// ok ends the test if a step of its preparation has failed.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must returns the folders. The test fails unless they are private and all different.
func must(t *testing.T) Dirs {
	t.Helper()
	d, err := Make(id)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range []string{d.Config, d.State, d.Temp} {
		isPrivate(t, path)
		if seen[path] {
			t.Errorf("%s has two uses", path)
		}
		seen[path] = true
	}
	return d
}

// isPrivate fails the test unless path is a private folder.
func isPrivate(t *testing.T, path string) {
	t.Helper()
	stat, err := os.Lstat(path)
	if err != nil {
		t.Error(err)
		return
	}
	if stat.Mode() != fs.ModeDir|0o700 {
		t.Errorf("%s has mode %v, want drwx------", path, stat.Mode())
	}
}

func TestMake(t *testing.T) {
	home, _ := newHome(t)
	elsewhere := t.TempDir()
	in := func(folder, path string) string { return filepath.Join(folder, path) }
	usual := Dirs{Config: in(home, ".config/"+id), State: in(home, ".local/state/"+id), Temp: in(home, ".cache/"+id+"/temp")}
	xdg := Dirs{Config: in(elsewhere, "c/"+id), State: in(elsewhere, "s/"+id), Temp: usual.Temp}
	if runtime.GOOS == "darwin" {
		support := in(home, "Library/Application Support/"+id)
		usual = Dirs{Config: support, State: in(support, "state"), Temp: in(home, "Library/Caches/"+id+"/temp")}
		xdg = usual
	}
	for round, want := range []Dirs{usual, usual, xdg} {
		if round == 2 {
			t.Setenv("XDG_CONFIG_HOME", in(elsewhere, "c"))
			t.Setenv("XDG_STATE_HOME", in(elsewhere, "s"))
			t.Setenv("XDG_CACHE_HOME", "relative") // must be ignored
		}
		if d := must(t); d.Config != want.Config || d.State != want.State || d.Temp != want.Temp || d.Warnings != nil {
			t.Errorf("round %d: got %+v, want %+v", round, d, want)
		}
	}
}

func TestMake_runtime(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("not for macOS, which has no such variable")
	}
	home, other := t.TempDir(), t.TempDir()
	usable := t.TempDir()
	file := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, nil, 0o600))
	shared := t.TempDir()
	ok(t, os.Chmod(shared, os.ModeSticky|0o777))
	cache := filepath.Join(home, ".cache", id)
	for dir, want := range map[string]string{
		usable:                           filepath.Join(usable, id),
		"":                               cache,
		"relative":                       cache,
		filepath.Join(usable, "missing"): cache,
		file:                             cache,
		shared:                           cache,
	} {
		newHome(t)
		t.Setenv("XDG_RUNTIME_DIR", dir)
		t.Setenv("HOME", home)
		d := must(t)
		isPrivate(t, d.Runtime)
		if filepath.Dir(d.Runtime) != want || len(d.Locks()) != 2 {
			t.Errorf("%q: %s is not in %s", dir, d.Runtime, want)
		}
		t.Setenv("HOME", other)
		if must(t).Runtime == d.Runtime {
			t.Errorf("%q: two homes share %s", dir, d.Runtime)
		}
	}
}

func TestMakeData(t *testing.T) {
	home, temp := newHome(t)
	elsewhere := t.TempDir()
	usual := filepath.Join(home, ".local/share", id)
	other := filepath.Join(elsewhere, id)
	if runtime.GOOS == "darwin" {
		usual = filepath.Join(home, "Library/Application Support", id, "data")
		other = usual
	}
	for _, test := range []struct{ name, home, xdg, want, warning string }{
		{"usual", home, "", usual, ""},
		{"XDG", home, elsewhere, other, ""},
		{"no home", "", "", filepath.Join(temp, id+"-"+strconv.Itoa(os.Geteuid()), "data"), "instead"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HOME", test.home)
			t.Setenv("XDG_DATA_HOME", test.xdg)
			got, warnings, err := MakeData(id)
			if err != nil || got != test.want {
				t.Fatalf("%s, %v, want %s", got, err, test.want)
			}
			isPrivate(t, got)
			hasWarning(t, Dirs{Warnings: warnings}, test.warning)
			if test.warning == "" && warnings != nil {
				t.Errorf("warnings: %q", warnings)
			}
		})
	}
	if path, _, err := MakeData("../x"); err == nil {
		t.Errorf("MakeData made %s", path)
	}
}

func TestMake_openToOthers(t *testing.T) {
	newHome(t)
	d := must(t)
	ok(t, os.Chmod(d.Config, 0o755))
	if d = must(t); d.Warnings != nil {
		t.Errorf("a readable folder caused warnings: %q", d.Warnings)
	}
	ok(t, os.Chmod(d.State, 0o777))
	hasWarning(t, must(t), d.State, "could write")
}

func TestMake_noHome(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, nil, 0o600))
	missing := filepath.Join(t.TempDir(), "missing")
	for _, home := range []string{"", "relative", missing, file, "/dev/null"} {
		_, temp := newHome(t)
		t.Setenv("HOME", home)
		d := must(t)
		want := filepath.Join(temp, id+"-"+strconv.Itoa(os.Geteuid()))
		for _, path := range []string{d.Config, d.State, d.Temp} {
			if filepath.Dir(path) != want {
				t.Errorf("HOME %q: %s is not in %s", home, path, want)
			}
		}
		isPrivate(t, want)
		hasWarning(t, d, d.Config, d.State, d.Temp, "instead", home)
		if d.Runtime != "" || len(d.Locks()) != 1 {
			t.Errorf("HOME %q: locks in %q", home, d.Locks())
		}
		if len(d.Warnings) != 1 {
			t.Errorf("HOME %q: a warning occurs more than once: %q", home, d.Warnings)
		}
	}
	if _, err := os.Lstat(missing); err == nil {
		t.Errorf("HOME %s was made", missing)
	}
}

// A fallback that another user could have made is refused.
func TestMake_unsafeFallback(t *testing.T) {
	target := t.TempDir()
	for name, prepare := range map[string]func(t *testing.T, temp, fallback string) error{
		"link":          func(_ *testing.T, _, fallback string) error { return os.Symlink(target, fallback) },
		"shared folder": func(_ *testing.T, temp, _ string) error { return os.Chmod(temp, 0o777) },
		"other owner": func(t *testing.T, _, fallback string) error {
			needRoot(t)
			return errors.Join(os.Mkdir(fallback, 0o777), os.Chown(fallback, nobody, nobody))
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, temp := newHome(t)
			t.Setenv("HOME", "")
			if err := prepare(t, temp, filepath.Join(temp, id+"-"+strconv.Itoa(os.Geteuid()))); err != nil {
				t.Fatal(err)
			}
			if d, err := Make(id); err == nil {
				t.Errorf("Make returns %+v", d)
			}
			if left, err := os.ReadDir(target); err != nil || len(left) != 0 {
				t.Errorf("files were made behind the link: %v %v", left, err)
			}
			if name == "shared folder" { // safe with the sticky bit
				ok(t, os.Chmod(temp, os.ModeSticky|0o777))
				must(t)
			}
		})
	}
}

func TestMake_fileInTheWay(t *testing.T) {
	newHome(t)
	d := must(t)
	ok(t, os.RemoveAll(d.Config))
	ok(t, os.WriteFile(d.Config, nil, 0o600))
	if _, err := Make(id); err == nil || !strings.Contains(err.Error(), d.Config) || !strings.Contains(err.Error(), "remove") {
		t.Errorf("got %v, want an error that names %s", err, d.Config)
	}
}

// nobody is another user.
const nobody = 65534

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: it needs root, to act as another user")
	}
}

func TestMake_othersFolder(t *testing.T) {
	needRoot(t)
	newHome(t)
	d := must(t)
	for _, path := range []string{d.Config, d.State, d.Temp} {
		ok(t, os.Chown(path, nobody, nobody))
		if _, err := Make(id); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v, want an error that names %s", err, path)
		}
		ok(t, os.Chown(path, 0, 0))
	}
	must(t)
}

// Under sudo, HOME can be the home folder of the user who called it.
func TestMake_othersHome(t *testing.T) {
	needRoot(t)
	home, _ := newHome(t)
	ok(t, os.Chown(home, nobody, nobody))
	hasWarning(t, must(t), home, "belongs to user 65534")
	if left, err := os.ReadDir(home); err != nil || len(left) != 0 {
		t.Errorf("files were made in it: %v %v", left, err)
	}
}

// TestMake_asNobody is run by TestMake_readOnlyHome as another user.
func TestMake_asNobody(t *testing.T) {
	if os.Getenv("DIRS_TEST_AS_NOBODY") == "" {
		t.Skip("not for a run of its own: TestMake_readOnlyHome starts it")
	}
	d := must(t)
	if want := filepath.Join(os.Getenv("HOME"), ".config", id); d.Config != want {
		t.Errorf("config is %s, want %s, which can be read", d.Config, want)
	}
	if want := filepath.Join(os.TempDir(), id+"-65534", "state"); d.State != want {
		t.Errorf("state is %s, want %s", d.State, want)
	}
	if want := filepath.Join(os.TempDir(), id+"-65534", "temp"); d.Temp != want {
		t.Errorf("temp is %s, want %s", d.Temp, want)
	}
	hasWarning(t, d, d.State, d.Temp, "permission denied")
}

func TestMake_readOnlyHome(t *testing.T) {
	needRoot(t)
	if runtime.GOOS == "darwin" {
		t.Skip("not for macOS, where state is in the config folder")
	}
	dir, err := os.MkdirTemp("", "dirs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	home, temp, program := filepath.Join(dir, "home"), filepath.Join(dir, "temp"), filepath.Join(dir, "test")
	for _, path := range []string{filepath.Join(home, ".config", id), temp} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	ok(t, os.WriteFile(program, self, 0o755))
	if out, err := exec.Command("chown", "-R", "65534:65534", home, temp).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, path := range []string{dir, program} {
		ok(t, os.Chmod(path, 0o755))
	}
	ok(t, os.Chmod(home, 0o500))
	cmd := exec.Command(program, "-test.run=^TestMake_asNobody$", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"DIRS_TEST_AS_NOBODY=1", "HOME=" + home, "TMPDIR=" + temp}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestMake_asNobody") {
		t.Errorf("%v\n%s", err, out)
	}
}
