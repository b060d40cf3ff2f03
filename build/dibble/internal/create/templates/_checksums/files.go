package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A File is a file, and the outcome of reading it.
type File struct {
	Name    string // relative to the folder, with slashes
	Size    int64
	Sum     string // in hex; empty if it was not read
	Problem string // in words, if something is wrong
	Note    string // why it was left out, or is not in the list
}

// findFiles returns the files in a folder and its subfolders. A Root reads nothing outside
// its folder, whatever links there are.
func findFiles(ctx context.Context, folder *os.Root) (files []File, err error) {
	err = fs.WalkDir(folder.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			files = append(files, File{Name: name, Problem: unreadable(err)})
		case !d.IsDir():
			files = append(files, look(folder, name, d))
		}
		return nil
	})
	return files, err
}

// look returns the File for a name that is not a folder.
func look(folder *os.Root, name string, d fs.DirEntry) File {
	at, err := folder.Stat(name) // follows links
	link := d.Type()&fs.ModeSymlink != 0
	switch {
	case err != nil && link:
		return File{Name: name, Note: "a link that is broken or leads out of the folder"}
	case err != nil:
		return File{Name: name, Problem: unreadable(err)}
	case at.IsDir():
		return File{Name: name, Note: "a link to a folder"}
	case !at.Mode().IsRegular():
		return File{Name: name, Note: "not a regular file"}
	}
	return File{Name: name, Size: at.Size()}
}

// hashFile returns the checksum of a file. It reads into buffer, and calls progress after
// each read.
func hashFile(ctx context.Context, folder *os.Root, name string, buffer []byte, progress func(bytes int)) (string, error) {
	f, err := folder.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	for {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		n, err := f.Read(buffer)
		hash.Write(buffer[:n])
		progress(n)
		if err == io.EOF {
			return hex.EncodeToString(hash.Sum(nil)), nil
		} else if err != nil {
			return "", err
		}
	}
}

// unreadable says why something cannot be read, without its name.
func unreadable(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Sprintf("cannot be read: %v", err)
}
