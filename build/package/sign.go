package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// signScript returns the path of the script that signs the file named by its argument and
// verifies the signature. It is a script because makensis also calls it, for the uninstaller,
// which only makensis can sign in time.
func (p *packaging) signScript() string { return filepath.Join(p.work, "sign.sh") }

// signer returns an error unless programs can be signed here.
func signer(goos string) error {
	if goos == "windows" { // sign.sh needs a Unix shell
		return errors.New("-sign does not work on Windows: package on Linux or a Mac, or sign with signtool of the Windows SDK")
	}
	return osslsigncode.find()
}

func (p *packaging) sign(path string) error {
	if len(p.signArgs) == 0 {
		return nil
	}
	if err := p.writeSignScript(); err != nil {
		return err
	}
	_, err := output(p.command(p.signScript(), path))
	return err
}

func (p *packaging) writeSignScript() error {
	sign := append([]string{"osslsigncode", "sign"}, p.signArgs...)
	sign = append(sign, "-h", "sha256", "-n", p.Name)
	verify := []string{"osslsigncode", "verify"}
	if p.signCA != "" {
		verify = append(verify, "-CAfile", p.signCA)
	}
	// The arguments may name files in the folder where this program was started,
	// and makensis runs the script in another one.
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "#!/bin/sh\nset -eu\ncase $1 in /*) ;; *) set -- \"$PWD/$1\" ;; esac\ncd %s\n", shellWords([]string{here}))
	fmt.Fprintf(&b, "%s -in \"$1\" -out \"$1.signed\"\n", shellWords(sign))
	fmt.Fprintf(&b, "%s -in \"$1.signed\"\nmv \"$1.signed\" \"$1\"\n", shellWords(verify))
	return os.WriteFile(p.signScript(), b.Bytes(), 0o700)
}

// splitWords returns the words of a line. Those with blanks are in quotes, single or
// double.
func splitWords(line string) (words []string, err error) {
	var word strings.Builder
	var quote rune // 0: outside of quotes
	begun := false
	for _, r := range line + " " {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && unicode.IsSpace(r):
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("there is no second %c in %s", quote, line)
	}
	return words, nil
}

// shellWords writes words as sh reads them.
func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}
