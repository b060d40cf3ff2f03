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

// A File is a file with the result of reading it.
type File struct {
	Name    string // relative to the folder, with slashes
	Size    int64
	Sum     string // the checksum in hex; empty if the file was not read
	Problem string // an error in words; may be empty
	Note    string // why the file was left out, or that it is not in the list
}

// findFiles returns the files in a folder and its subfolders. A Root does not follow
// links out of its folder.
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

// unreadable returns why a file cannot be read, without its name.
func unreadable(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Sprintf("cannot be read: %v", err)
}
