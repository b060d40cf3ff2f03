package dev

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestSession_sameBuild: builds that are the same as the running program do not fill the disk.
func TestSession_sameBuild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // go vet does not run
	builds := t.TempDir()
	write(t, builds, map[string]string{"1/tea": "x", "2/tea": "x", "3/tea": "x"})
	s := &session{
		stdout: io.Discard, stderr: io.Discard, builds: builds, sources: &sources{}, number: 3,
		child: &child{program: filepath.Join(builds, "1", "tea"), isReady: true, states: make(chan state, 1)},
	}
	s.built(ctx, result{program: filepath.Join(builds, "3", "tea")})
	s.job.wait()
	left, err := os.ReadDir(builds)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, folder := range left {
		names = append(names, folder.Name())
	}
	if want := []string{"1", "3"}; !slices.Equal(names, want) {
		t.Errorf("the builds are %q, want %q", names, want)
	}
}
