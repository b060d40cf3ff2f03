package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// sumsName is the file with the sums of all others.
const sumsName = "SHA256SUMS"

// sums writes the file that sha256sum -c checks.
func (p *packaging) sums() error {
	entries, err := os.ReadDir(p.made)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(p.made, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(content), entry.Name())
	}
	return p.add(sumsName, b.Bytes())
}
