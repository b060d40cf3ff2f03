package wine

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/slow"
)

// An Installer installs a version of the program.
type Installer struct {
	Path    string // on drive C
	Program []byte // the executable that it installs
}

// AddInstaller copies the installer dir/prefix-setup.exe to drive C. The same program is in
// dir/prefix.zip.
func (w *Windows) AddInstaller(dir, prefix string) Installer {
	w.t.Helper()
	s := Installer{Path: w.Drive(prefix + "-setup.exe")}
	if err := packaged.Copy(filepath.Join(dir, prefix+"-setup.exe"), s.Path); err != nil {
		w.t.Fatal(err)
	}
	portable, err := zip.OpenReader(filepath.Join(dir, prefix+".zip"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer portable.Close()
	if s.Program, err = fs.ReadFile(portable, w.Name+"/"+filepath.Base(w.Program())); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// Live installs the older version, starts the program from the start menu, upgrades it
// to the newer version while it is running, starts it again, and removes it.
func (w *Windows) Live(older, newer Installer) {
	w.t.Helper()
	w.Run("wine", older.Path, "/S")
	w.CheckInstalled(older)
	if Exists(w.User("Desktop", w.Name+".lnk")) || w.InRegistry(RunKey, "/v", w.ID) {
		w.t.Error("it has an icon on the desktop, or starts at login, without being asked")
	}
	address := w.StartFromMenu()
	w.Get(address)

	w.upgrade(address, newer)

	address = w.StartFromMenu()
	w.Get(address)
	w.Remove()
	w.AwaitEnd(address)
}

// upgrade installs a version during a request to the program, which is answered.
func (w *Windows) upgrade(address string, newer Installer) {
	w.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	request := slow.Save(w.t, u)
	installer := w.Spawn(w.Command("wine", newer.Path, "/S"))
	desktop.Await(w.t, "the installer to ask the program to end", func() bool {
		log, err := os.ReadFile(w.Log())
		return err == nil && bytes.Contains(log, []byte("asked to end"))
	})
	if !installer.Running() {
		w.t.Error("the installer did not wait for the request")
	}
	request.Finish()
	if end := installer.Wait(); !end.Success() {
		w.t.Errorf("the installer: %v", end)
	}
	w.AwaitEnd(address)
	w.CheckInstalled(newer)
	if saved, err := os.ReadFile(w.Settings()); err != nil || !bytes.Contains(saved, []byte(`"openBrowser": false`)) {
		w.t.Errorf("the settings that the request has saved are %s, %v", saved, err)
	}
	w.LetUsersIn() // and open the browser again
}

// RunKey is the registry key of the programs that start at login.
const RunKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`

// Get requests a page of the program.
func (w *Windows) Get(url string) {
	w.t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		w.t.Errorf("%s: %s", url, resp.Status)
	}
}

// CheckInstalled checks that the program of an installer is completely installed.
func (w *Windows) CheckInstalled(s Installer) {
	w.t.Helper()
	got, err := os.ReadFile(w.Program())
	if err != nil {
		w.t.Fatal(err)
	}
	if !bytes.Equal(got, s.Program) {
		w.t.Error("another version is installed")
	}
	for _, path := range []string{w.Installed("uninstall.exe"), w.Installed("LICENSE.txt"), w.Shortcut()} {
		if !Exists(path) {
			w.t.Errorf("there is no %s", path)
		}
	}
	if Exists(w.Program() + ".new") {
		w.t.Error("a temporary file is left")
	}
	if !w.InRegistry(w.uninstallKey(), "/v", "UninstallString") {
		w.t.Error("the uninstaller is not registered")
	}
}

// Remove uninstalls the program, and checks that only the owner's settings are left.
func (w *Windows) Remove() {
	w.t.Helper()
	w.Run("wine", w.Installed("uninstall.exe"), "/S")
	w.AwaitGone(w.Installed("uninstall.exe"))
	w.AwaitGone(filepath.Dir(w.Program()))
	w.AwaitGone(w.Shortcut())
	if w.InRegistry(w.uninstallKey()) || w.InRegistry(`HKCU\Software\Dibbler`) {
		w.t.Error("registry keys are left")
	}
	if !Exists(w.Settings()) {
		w.t.Error("the owner's settings are gone")
	}
}

func (w *Windows) uninstallKey() string {
	return `HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\` + w.ID
}
