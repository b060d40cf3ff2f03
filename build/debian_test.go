package main

import (
	"slices"
	"testing"
)

func TestMissingPackages(t *testing.T) {
	if !found("dpkg-query") {
		t.Skip("not for systems without dpkg")
	}
	got, err := missingPackages([]debianPackage{
		{name: "dpkg"},
		{name: "no-such-package"},
		{name: "no-such-browser", instead: "dpkg-query"},
		{name: "no-such-editor", instead: "no-such-program"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range got {
		names = append(names, p.name)
	}
	if want := []string{"no-such-package", "no-such-editor"}; !slices.Equal(names, want) {
		t.Errorf("missing %q, want %q", names, want)
	}
}

func TestMissingPackages_none(t *testing.T) {
	if !found("dpkg-query") {
		t.Skip("not for systems without dpkg")
	}
	got, err := missingPackages([]debianPackage{{name: "dpkg"}})
	if err != nil || got != nil {
		t.Errorf("missing %v, %v", got, err)
	}
}
