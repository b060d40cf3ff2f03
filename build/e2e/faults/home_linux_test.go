package faults

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// homeless are homes that nothing can be kept in, and what the owner is told.
var homeless = []struct {
	name string
	make func(t *testing.T) (home string)
	said string // in a page; %s is the home
}{
	{"is not set", func(t *testing.T) string { return "" }, `HOME is &#34;&#34;`},
	{"does not exist", func(t *testing.T) string { return filepath.Join(tempdir.New(t), "nowhere") }, "%s: no such file or directory"},
	{"is a file", func(t *testing.T) string { return file(t, tempdir.New(t), "home") }, "%s is not a folder"},
	{"is somebody else's", func(t *testing.T) string {
		if os.Geteuid() != 0 {
			t.Skip("not for ordinary users: only root can give a folder away")
		}
		home := tempdir.New(t)
		if err := os.Chown(home, tool.Nobody, tool.Nobody); err != nil {
			t.Fatal(err)
		}
		return home
	}, "%s belongs to user 65534, and this is user 0"},
	{"is read-only", func(t *testing.T) string {
		d := newDisk(t, "1m")
		d.protect()
		return d.folder
	}, "%s/.config: read-only file system"},
}

// The home folder cannot be used: the program serves with temporary folders in its place,
// and says so.
func TestHome_unusable(t *testing.T) {
	for _, h := range homeless {
		t.Run(h.name, func(t *testing.T) {
			d := desktop.Start(t)
			home := h.make(t)
			temp := tempdir.New(t)
			place := in(home, "TMPDIR="+temp)
			if home == "" {
				place = func(cmd *exec.Cmd) {
					in("", "TMPDIR="+temp)(cmd)
					cmd.Env = desktop.Without(cmd.Env, "HOME")
				}
			}
			p := tool.Start(t, d, place, badTool, quiet...)
			page := tool.Get(t, p.URL)
			for _, want := range []string{
				strings.ReplaceAll(h.said, "%s", home),
				fmt.Sprintf("These stand in, and may be lost at the next restart of the computer: %s/bad-tool-%d/", temp, os.Geteuid()),
			} {
				if !strings.Contains(page, want) {
					t.Errorf("the page does not say %q: %s", want, page)
				}
			}
			if status, page := save(t, p, "23456"); status != http.StatusOK {
				t.Errorf("saving the settings: %s", page)
			}
			kind, form := largeFile()
			if status, page := send(t, p, "form", kind, form); status != http.StatusOK {
				t.Errorf("a large upload: %s", page)
			}
			again := tool.Start(t, d, place, badTool, quiet...)
			if again.URL != p.URL {
				t.Errorf("it is at %s, and launched again at %s", p.URL, again.URL)
			}
			again.Ends(0)
			p.Stop()
			held(t, "the home "+h.name+": the program serves, and says what stands in")
		})
	}
}

// Settings that cannot be written are used, and the page says that they are not saved.
func TestSettings_readOnly(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, config disk){
		"read-only": func(t *testing.T, config disk) { config.protect() },
		"a folder": func(t *testing.T, config disk) {
			settings := filepath.Join(config.folder, "bad-tool/settings.json")
			if err := os.Remove(settings); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(settings, 0o700); err != nil {
				t.Fatal(err)
			}
		},
	} {
		for _, running := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", running ", running), func(t *testing.T) {
				d := desktop.Start(t)
				config := newDisk(t, "1m")
				home := in(tempdir.New(t), "XDG_CONFIG_HOME="+config.folder)
				p := tool.Start(t, d, home, badTool, quiet...)
				if status, page := save(t, p, "23456"); status != http.StatusOK {
					t.Fatal(page)
				}
				if !running {
					p.Stop()
				}
				damage(t, config)
				if !running {
					p = tool.Start(t, d, home, badTool, quiet...)
				}
				status, page := save(t, p, "23457")
				if status != http.StatusInternalServerError || !strings.Contains(page, "were not saved") || !strings.Contains(page, config.folder) {
					t.Errorf("saving the settings: %s", page)
				}
				tool.Get(t, p.URL)
				p.Stop()
				held(t, "settings that are "+name+": pages are served, and it is said that nothing is saved")
			})
		}
	}
}

// The settings file is damaged while the program runs.
func TestSettings_damaged(t *testing.T) {
	d := desktop.Start(t)
	// With a port that is asked for, the program itself does not write the file.
	p := tool.Start(t, d, nil, badTool, slices.Concat(quiet, []string{"-port", "0"})...)
	const half = `{"port": 234`
	settings := file(t, d.Home(), ".config/bad-tool/settings.json")
	if err := os.WriteFile(settings, []byte(half), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, page := save(t, p, "23456"); status != http.StatusInternalServerError || !strings.Contains(page, settings+" is damaged") {
		t.Errorf("saving the settings: %s", page)
	}
	p.Stop()
	p = tool.Start(t, d, nil, badTool, quiet...)
	aside, err := filepath.Glob(settings + ".damaged-*")
	if err != nil || len(aside) != 1 || read(t, "", aside[0]) != half {
		t.Fatalf("set aside: %q, %v", aside, err)
	}
	if page := tool.Get(t, p.URL); !strings.Contains(page, "the file is now "+aside[0]) {
		t.Errorf("the page does not say where the damaged file is: %s", page)
	}
	if status, page := save(t, p, "23456"); status != http.StatusOK {
		t.Errorf("saving the settings: %s", page)
	}
	p.Stop()
	held(t, "damaged settings are named, and set aside at the next start")
}

// A file in the place of a folder is named when the program cannot start.
func TestFolders_fileInTheWay(t *testing.T) {
	d := desktop.Start(t)
	named := 0
	ways := []string{".config", ".config/bad-tool", ".local", ".local/state", ".local/state/bad-tool", ".cache", ".cache/bad-tool", ".cache/bad-tool/temp"}
	for _, way := range ways {
		home := tempdir.New(t)
		path := file(t, home, way)
		cmd := d.Command(badTool, quiet...)
		in(home)(cmd)
		tool.WithoutBrowser(cmd)
		p := d.Spawn(cmd)
		if code := p.Wait().ExitCode(); code == 1 && strings.Contains(p.Stderr(), path+": not a directory; remove what is in its way") {
			named++
		} else {
			t.Errorf("%s: exit status %d, %q", way, code, p.Stderr())
		}
	}
	proof.Held(t, "a file where a folder should be is named", len(ways), named)
}

// file makes an empty file, with its folders.
func file(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
