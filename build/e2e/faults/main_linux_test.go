package faults

import (
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// badTool is the program that the tests start, once built.
var badTool string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&badTool: "internal/badtool"}) }

// pagesOnly are arguments for a start without a browser and an icon.
var pagesOnly = []string{"-no-browser", "-no-tray"}
