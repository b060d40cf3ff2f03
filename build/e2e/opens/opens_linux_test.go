package opens

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var teaTool string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{&teaTool: "../tool/teatool"})
}

// A kitchen is a desktop that has the tea tool, registered as packages do it.
type kitchen struct {
	*desktop.Desktop
	t      *testing.T
	opened string // the file with the addresses that were opened in the browser, one a line
}

func start(t *testing.T) *kitchen {
	t.Helper()
	desktop.Need(t, "xdg-open", "xdg-utils")
	desktop.Need(t, "gio", "libglib2.0-bin")
	desktop.Need(t, "update-mime-database", "shared-mime-info")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	k := &kitchen{Desktop: desktop.Start(t), t: t}
	k.opened = filepath.Join(k.Home(), "opened")
	// In place of a browser: it notes what it is to open.
	browser := filepath.Join(k.Home(), "browser")
	k.write(browser, fmt.Sprintf("#!/bin/sh\necho \"$1\" >>'%s'\n", k.opened), 0o700)
	k.SetURLHandler(browser + " %u")
	k.register("-no-tray")
	t.Cleanup(func() { // launches leave the program behind
		k.Spawn(k.Command(teaTool, "-quit")).Wait()
	})
	return k
}

func (k *kitchen) write(path, text string, mode os.FileMode) {
	k.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		k.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kitchen) share(elem ...string) string {
	return filepath.Join(k.Home(), ".local/share", filepath.Join(elem...))
}

// register registers the program, started with flags.
func (k *kitchen) register(flags string) {
	k.t.Helper()
	entry := "[Desktop Entry]\nType=Application\nName=Tea Tool\nExec=" + teaTool + " " + flags + " -- "
	k.write(k.share("applications/tea-tool.desktop"), entry+"%F\nMimeType=application/x-tea;\n", 0o600)
	k.write(k.share("applications/tea-tool-url.desktop"), entry+"%u\nNoDisplay=true\nMimeType=x-scheme-handler/tea;\n", 0o600)
	k.write(k.share("mime/packages/tea-tool.xml"), `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-tea"><comment>Tea plan</comment><glob pattern="*.tea"/></mime-type>
</mime-info>
`, 0o600)
	k.run("update-mime-database", k.share("mime"))
	k.run("update-desktop-database", k.share("applications"))
}

func (k *kitchen) run(name string, args ...string) {
	k.t.Helper()
	p := k.Spawn(k.Command(name, args...))
	if state := p.Wait(); !state.Success() {
		k.t.Fatalf("%s %q: %v\n%s%s", name, args, state, p.Stdout(), p.Stderr())
	}
}

// pages are the addresses that were opened in the browser.
func (k *kitchen) pages() []string {
	text, err := os.ReadFile(k.opened)
	if err != nil {
		return nil
	}
	return strings.Fields(string(text))
}

// awaitTea waits for one more page, which is that of a launch with these arguments, and
// returns the program's address.
func (k *kitchen) awaitTea(before int, want ...string) (home string) {
	k.t.Helper()
	desktop.Await(k.t, fmt.Sprintf("the page of %q", want), func() bool { return len(k.pages()) > before })
	page := k.pages()[before]
	u, err := url.Parse(page)
	if err != nil || u.Path != "/brew" || !slices.Equal(u.Query()["what"], want) {
		k.t.Fatalf("%s was opened, want the page of %q; %v", page, want, err)
	}
	resp, err := http.Get(page)
	if err != nil {
		k.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		k.t.Errorf("%s: %s", page, resp.Status)
	}
	return u.Host
}

// TestDesktop starts the program by each way, and has each reach it when it runs.
func TestDesktop(t *testing.T) {
	green, black := "green tea %20.tea", "-quit.tea"
	for _, first := range []string{"xdg-open file", "xdg-open address", "gio launch"} {
		t.Run(first, func(t *testing.T) {
			k := start(t)
			for _, name := range []string{green, black} {
				k.write(filepath.Join(k.Home(), name), "", 0o600)
			}
			green, black := filepath.Join(k.Home(), green), filepath.Join(k.Home(), black)
			ways := map[string]struct{ command, want []string }{
				"xdg-open file":    {[]string{"xdg-open", green}, []string{green}},
				"xdg-open address": {[]string{"xdg-open", "tea:green?a=b&c=%20d"}, []string{"tea:green?a=b&c=%20d"}},
				"gio launch":       {[]string{"gio", "launch", k.share("applications/tea-tool.desktop"), green, black}, []string{green, black}},
			}
			home := k.open(ways[first].command, ways[first].want)
			for name, way := range ways {
				if is := k.open(way.command, way.want); is != home {
					t.Errorf("%s: the page is at %s, and the first at %s", name, is, home)
				}
			}
		})
	}
}

// open runs a command in the background, because xdg-open can last as long as the program.
func (k *kitchen) open(command, want []string) (home string) {
	k.t.Helper()
	before := len(k.pages())
	k.Spawn(k.Command(command[0], command[1:]...))
	return k.awaitTea(before, want...)
}
