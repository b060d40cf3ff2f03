package autostart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// programVar makes this test program print its path.
const programVar = "AUTOSTART_TEST_PROGRAM"

func printProgram() {
	path, err := Program()
	fmt.Print(path)
	if err != nil {
		fmt.Print(err)
	}
}

func TestProgram(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := "tool"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	// The links are like a linked ~/.local, and like a link to the current version.
	file := filepath.Join(dir, "elsewhere", "bin", name)
	folderLink, fileLink := filepath.Join(dir, ".local"), filepath.Join(dir, name)
	for _, err := range []error{
		os.MkdirAll(filepath.Dir(file), 0o700),
		os.WriteFile(file, self, 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{folderLink: filepath.Join(dir, "elsewhere"), fileLink: file} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip("not for systems without symbolic links:", err)
		}
	}
	throughFolder := filepath.Join(folderLink, "bin", name)
	for _, test := range []struct{ name, path, arg, want string }{
		{"file", file, file, file},
		{"linked folder", throughFolder, throughFolder, throughFolder},
		{"link", fileLink, fileLink, fileLink},
		{"relative", fileLink, "." + string(filepath.Separator) + name, fileLink},
		{"from PATH", throughFolder, name, throughFolder},
		{"another file", file, os.Args[0], file},
		{"no file", file, "-tool", file},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(test.path)
			cmd.Args[0] = test.arg
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), programVar+"=1", "PATH="+filepath.Dir(throughFolder))
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != test.want {
				t.Errorf("%q, %v, want %q", out, err, test.want)
			}
		})
	}
}

func TestAppImage(t *testing.T) {
	mount, image := filepath.FromSlash("/tmp/.mount_x"), filepath.FromSlash("/home/x/Plain.AppImage")
	if runtime.GOOS == "windows" {
		mount, image = `C:`+mount, `C:`+image
	}
	inside := filepath.Join(mount, "usr", "bin", "plain")
	for _, c := range []struct{ exe, mount, image, want string }{
		{inside, mount, image, image},
		{inside, mount + string(filepath.Separator), image, image},
		{inside, "", "", inside},
		{inside, mount, "", inside},
		{inside, mount, "Plain.AppImage", inside},
		{mount + "y", mount, image, mount + "y"}, // not in the mounted folder
		{os.Args[0], mount, image, os.Args[0]},   // started from another AppImage
		{inside, "", image, inside},
	} {
		if got := appImage(c.exe, c.mount, c.image); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
