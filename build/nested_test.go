package main

import "testing"

// TestNestedModulesAreNotVendored has the flag set with which go commands look in a
// vendor folder alone, as somebody has it who has vendored the root module.
func TestNestedModulesAreNotVendored(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOWORK", "/nonexistent/go.work")
	for _, dir := range []string{"bench"} {
		if err := run(dir, nestedEnv, "go", "list", "-deps", "-f", "{{if not .Standard}}{{end}}", "."); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
