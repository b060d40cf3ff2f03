package main

import "testing"

// TestBenchIsNotVendored sets the flag that makes go commands use only a vendor folder,
// as after vendoring the root module.
func TestBenchIsNotVendored(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOWORK", "/nonexistent/go.work")
	if err := run("bench", nestedEnv, "go", "list", "-deps", "-f", "{{if not .Standard}}{{end}}", "."); err != nil {
		t.Error(err)
	}
}
