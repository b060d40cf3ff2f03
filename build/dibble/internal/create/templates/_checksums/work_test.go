package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tree makes files in a new folder. It leaves out names that this system does not allow.
func tree(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil && runtime.GOOS != "windows" {
			t.Fatal(err)
		}
	}
	return dir
}

// describe returns a line for each file.
func describe(files []File) (lines []string) {
	for _, f := range files {
		lines = append(lines, fmt.Sprintf("%s %.4s %s%s", f.Name, f.Sum, f.Problem, f.Note))
	}
	return lines
}

func run(t *testing.T, w *Work) []string {
	t.Helper()
	if err := w.run(t.Context(), func(int64, int64, string) {}); err != nil {
		t.Fatal(err)
	}
	return describe(w.Files)
}

func TestWork(t *testing.T) {
	dir := tree(t, map[string]string{"b/empty": "", "abc": "abc", "two words": "abc"})
	want := []string{"abc ba78 ", "b/empty e3b0 ", "two words ba78 "}
	if got := run(t, &Work{Folder: dir}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWork_compare(t *testing.T) {
	dir := tree(t, map[string]string{"good": "abc", "other": "abd", "new": "abc"})
	w := &Work{Folder: dir}
	w.List = filepath.Join(dir, "SHA256SUMS")
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	text := abc + "  good\n" + abc + " *other\n" + abc + "  gone\n" + abc + "  ../outside\n"
	if err := os.WriteFile(w.List, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.sums, err = readList(w.List); err != nil {
		t.Fatal(err)
	}
	got := run(t, w)
	want := []string{
		"../outside  outside the folder, and not read",
		"gone  missing",
		"good ba78 ",
		"new ba78 not in the list",
		"other a52d differs from the list",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestWork_verdict: it never says more than was compared.
func TestWork_verdict(t *testing.T) {
	dir := tree(t, map[string]string{"abc": "abc"})
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	other := filepath.Join(tree(t, map[string]string{"list": ""}), "list")
	for name, want := range map[string]string{"abc": "All files in the list match.", "../abc": "There is a problem with 1 file."} {
		w := &Work{Folder: dir, List: other, sums: list{name: abc}}
		if got := run(t, w); w.Verdict() != want {
			t.Errorf("%q: %s, want %s", got, w.Verdict(), want)
		}
	}
}

// TestWork_ownLine: a list that was made in its folder has a line for itself.
func TestWork_ownLine(t *testing.T) {
	dir := tree(t, map[string]string{"SHA256SUMS": "", "abc": "abc"})
	w := &Work{Folder: dir, List: filepath.Join(dir, "SHA256SUMS"), sums: list{
		"SHA256SUMS": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"abc":        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	}}
	if got, want := run(t, w), []string{"abc ba78 "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWork_links(t *testing.T) {
	outside := tree(t, map[string]string{"secret": "abc"})
	dir := tree(t, map[string]string{"folder/file": "abc"})
	for name, to := range map[string]string{
		"inside": filepath.Join("folder", "file"), "folder link": "folder", "nowhere": "nothing", "self": "self",
		"out": filepath.Join(outside, "secret"), "out folder": outside, "up": filepath.Join("..", filepath.Base(outside), "secret"),
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	got := run(t, &Work{Folder: dir})
	want := []string{
		"folder/file ba78 ",
		"folder link  a link to a folder",
		"inside ba78 ",
		"nowhere  a link that is broken or leads out of the folder",
		"out  a link that is broken or leads out of the folder",
		"out folder  a link that is broken or leads out of the folder",
		"self  a link that is broken or leads out of the folder",
		"up  a link that is broken or leads out of the folder",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// A path that is itself a link is followed.
	if got, want := run(t, &Work{Folder: filepath.Join(dir, "out folder")}), []string{"secret ba78 "}; !slices.Equal(got, want) {
		t.Errorf("a link by itself: got %q, want %q", got, want)
	}
}

func TestWork_canceled(t *testing.T) {
	w := &Work{Folder: tree(t, map[string]string{"a": strings.Repeat("x", 3<<20)})}
	ctx, cancel := context.WithCancel(t.Context())
	err := w.run(ctx, func(done, _ int64, _ string) {
		if done > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || w.Files != nil {
		t.Errorf("got %v, %v; want it canceled", w.Files, err)
	}
}

// TestWork_large: large files need no more memory than small ones.
func TestWork_large(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "sparse"))
	if err == nil {
		err = errors.Join(f.Truncate(64<<20), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w := &Work{Folder: dir}
	var last int64
	err = w.run(t.Context(), func(done, total int64, name string) {
		if done < last || total != 64<<20 || name != "sparse" {
			t.Errorf("%d of %d bytes of %s are done after %d", done, total, name, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	got := describe(w.Files)
	runtime.ReadMemStats(&after)
	if want := []string{"sparse 3b6a "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
		t.Errorf("reading 64 MiB has allocated %d bytes", n)
	}
	if last != 64<<20 {
		t.Errorf("%d bytes are done in the end", last)
	}
}
