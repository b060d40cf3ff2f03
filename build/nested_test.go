package main

import "testing"

// TestBenchIsNotVendored has the flag set with which go commands look in a
// vendor folder alone, as somebody has it who has vendored the root module.
func TestBenchIsNotVendored(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOWORK", "/nonexistent/go.work")
	if err := run("bench", nestedEnv, "go", "list", "-deps", "-f", "{{if not .Standard}}{{end}}", "."); err != nil {
		t.Error(err)
	}
}
