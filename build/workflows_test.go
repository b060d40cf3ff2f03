package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWorkflows_goVersion: packages are made, and vulnerabilities are looked up, with the
// newest Go. The version in go.mod is the oldest that works, without its security fixes.
func TestWorkflows_goVersion(t *testing.T) {
	for name, job := range map[string]string{"package.yml": "package", "test.yml": "vulnerabilities"} {
		text, err := os.ReadFile(filepath.Join("..", ".github", "workflows", name))
		if err != nil {
			t.Fatal(err)
		}
		_, steps, ok := strings.Cut(string(text), "\n  "+job+":\n")
		if !ok || !strings.Contains(steps, "go-version: stable") || strings.Contains(steps, "go-version-file") {
			t.Errorf("%s: the job %s does not use the newest Go:\n%s", name, job, steps)
		}
	}
}
