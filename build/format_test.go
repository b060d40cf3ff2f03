package main

import "testing"

func TestCheckFormat(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		good  bool
	}{
		"formatted":  {map[string]string{"a.go": "package a\n", "b/c.go": "package c\n"}, true},
		"not Go":     {map[string]string{"a.txt": "package  a\n"}, true},
		"spaces":     {map[string]string{"a.go": "package a\n", "b/c.go": "package  c\n"}, false},
		"not syntax": {map[string]string{"a.go": "package a\nfunc {\n"}, false},
		"template":   {map[string]string{"_greeter/a.go": "package  a\n"}, false},
		"hidden":     {map[string]string{".git/a.go": "package  a\n"}, true},
		"test data":  {map[string]string{"testdata/a.go": "package  a\n"}, true},
	} {
		if err := checkFormat(tree(t, test.files)); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
