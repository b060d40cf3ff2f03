package launch

import (
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestCheckArgs(t *testing.T) {
	dir, accepted, refused := "/home/ada", unixFiles, []string(nil)
	if runtime.GOOS == "windows" {
		dir, accepted, refused = `C:\Users\Ada`, windowsFiles, notOnDrives
	}
	for _, c := range slices.Concat(accepted, addresses) {
		if got, err := CheckArgs(tea, []string{c.arg}, dir); err != nil || got[0] != c.want {
			t.Errorf("%q: %q, %v, want %q", c.arg, got, err, c.want)
		}
	}
	for _, arg := range append(refused, hostile...) {
		if got, err := CheckArgs(tea, []string{arg}, dir); err == nil {
			t.Errorf("%.50q: %.50q", arg, got)
		}
		if got, err := CheckArgs(tea, []string{"tea:green", arg}, dir); err == nil || got != nil {
			t.Errorf("after another argument, %.50q: %.50q", arg, got)
		}
	}
	if _, err := CheckArgs(nil, []string{"tea:green"}, dir); err == nil {
		t.Error("a program that opens nothing returns no error")
	}
}

type row struct{ arg, want string }

var unixFiles = []row{
	{"/tmp/a.tea", "/tmp/a.tea"},
	{"/tmp/A.TEA", "/tmp/A.TEA"},
	{"/tmp/../a.tea", "/a.tea"},
	{"/../../a.tea", "/a.tea"},
	{"/tmp/a.tea/", "/tmp/a.tea"},
	{"/tmp/ä 100%.tea", "/tmp/ä 100%.tea"},
	{"/tmp/%2e%2e/%2fa.tea", "/tmp/%2e%2e/%2fa.tea"},
	{"a.tea", "/home/ada/a.tea"},
	{"../x/a.tea", "/home/x/a.tea"},
	{"-a.tea", "/home/ada/-a.tea"},
	{"--quit.tea", "/home/ada/--quit.tea"},
	{"~/a.tea", "/home/ada/~/a.tea"},
	{"$HOME.tea", "/home/ada/$HOME.tea"},
	{"t:a.tea", "/home/ada/t:a.tea"},
	{`\\evil\a.tea`, `/home/ada/\\evil\a.tea`},
	{"//evil/a.tea", "/evil/a.tea"},
	{"/tmp/\xff.tea", "/tmp/\xff.tea"},
	{"%74ea:x/a.tea", "/home/ada/%74ea:x/a.tea"},
}

var windowsFiles = []row{
	{`C:\tmp\a.tea`, `C:\tmp\a.tea`},
	{`d:/tmp/A.TEA`, `d:\tmp\A.TEA`},
	{`C:\tmp\..\..\a.tea`, `C:\a.tea`},
	{`a.tea`, `C:\Users\Ada\a.tea`},
	{`..\a.tea`, `C:\Users\a.tea`},
	{`--quit.tea`, `C:\Users\Ada\--quit.tea`},
	{`%TEMP%.tea`, `C:\Users\Ada\%TEMP%.tea`},
}

// notOnDrives are arguments that are refused on Windows.
var notOnDrives = []string{
	`\\evil.test\share\a.tea`, `//evil.test/share/a.tea`, `\/evil.test\share\a.tea`, `\\?\C:\a.tea`, `\\.\C:\a.tea`, `\??\C:\a.tea`,
	`\\?\UNC\evil.test\share\a.tea`, `\\.\pipe\a.tea`, `C:a.tea`, `C:\a.exe:b.tea`, `C:\CON.tea`, `NUL.tea`, `C:\x\com1.tea`, `AUX .tea`,
	`C:\a.tea.`, `C:\a.tea `,
}

var addresses = []row{
	{"tea:", "tea:"},
	{"tea:green", "tea:green"},
	{"TEA:Green", "tea:Green"},
	{"tea://a/b?c=d#e", "tea://a/b?c=d#e"},
	{"tea:--quit", "tea:--quit"},
	{"tea:%00%0a%2e%2e%2f", "tea:%00%0a%2e%2e%2f"}, // the plug-in decodes it
	{`tea:"%1"`, `tea:"%1"`},
	{"tea:http://evil.test/", "tea:http://evil.test/"},
}

var hostile = []string{
	"", " ", "/", ".", "..", "a", "--", "-quit", "--port=1", "-no-browser",
	"/tmp/a.txt", "/tmp/tea", "/tmp/.tea", "/tmp/a.tea.exe", "/tmp/a.tea/..", "/tmp/a.tea/b", "/tmp/a\u2024tea",
	"/tmp/a.tea\x00", "/tmp/a\x00.tea", "/tmp/a\n.tea", "/tmp/a\r\n.tea", "/tmp/a\x1b[2J.tea", "/tmp/a\u0085.tea",
	"http://evil.test/a.tea", "https://evil.test/", "HTTP://evil.test/a.tea", "file:///tmp/a.tea", "FILE:/tmp/a.tea", "javascript:alert(1)", "data:text/html,x",
	"teal:green", "coffee:black", "tea+x:green", "tea.:green",
	"tea:\ngreen", "tea:\x00", "tea:\xff", "tea://%zz", "tea://[::1", "tea:" + strings.Repeat("x", maxArg), strings.Repeat("x", maxArg) + ".tea",
}

func TestCheckArgs_number(t *testing.T) {
	many := slices.Repeat([]string{"tea:green"}, maxArgs)
	if _, err := CheckArgs(tea, many, ""); err != nil {
		t.Error(err)
	}
	for want, args := range map[string][]string{
		"open at most 100":       append(many, "tea:green"),
		"100000 files":           slices.Repeat([]string{"tea:green"}, 100000),
		"too many files at once": slices.Repeat([]string{"tea:" + strings.Repeat("x", 4000)}, 8),
	} {
		if _, err := CheckArgs(tea, args, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A launch from a folder that was removed has an empty dir.
func TestCheckArgs_noFolder(t *testing.T) {
	for _, dir := range []string{"", "relative"} {
		if got, err := CheckArgs(tea, []string{"a.tea"}, dir); err == nil {
			t.Errorf("in %q: %q", dir, got)
		}
	}
}
