package autostart

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The examples follow the text of the specification.
func TestExecLine(t *testing.T) {
	for want, command := range map[string][]string{
		`Exec=/bin/tool -no-browser`:                       {"/bin/tool", "-no-browser"},
		`Exec="/my tools/tool"`:                            {"/my tools/tool"},
		`Exec=/tool ""`:                                    {"/tool", ""},
		`Exec=/tool 100%% a=b`:                             {"/tool", "100%", "a=b"},
		`Exec=/tool "\\$HOME"`:                             {"/tool", "$HOME"},
		`Exec=/tool "\\\\"`:                                {"/tool", `\`},
		`Exec=/tool "\\"" "it's"`:                          {"/tool", `"`, "it's"},
		"Exec=/tool \"\\\\`\"":                             {"/tool", "`"},
		`Exec=/tool "a\nb"`:                                {"/tool", "a\nb"},
		`Exec=sh -c "exec \\"\\$0\\" \\"\\$@\\"" /100%%/a`: {"/100%/a"},
		`Exec=sh -c "exec \\"\\$0\\" \\"\\$@\\"" /a=b x`:   {"/a=b", "x"},
	} {
		text := desktopEntry(Entry{ID: "tool", Exec: command[0], Args: command[1:]})
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("%q: want %s, got\n%s", command, want, text)
		}
	}
}

func TestParseDesktopEntry(t *testing.T) {
	on := login{true, []string{"/tool", "x"}}
	for text, want := range map[string]login{
		"[Desktop Entry]\nExec=/tool x\n":                                                    on,
		"# note\n\n[Desktop Entry]\r\n  Exec =  /tool x\r\n":                                 on,
		"[Desktop Entry]\nExec=/tool %U x %i\n":                                              on,
		"[Desktop Entry]\nExec=\"/to\"ol   \"x\"":                                            on,
		"[Desktop Entry]\nExec=/tool x\nHidden=false\nX-GNOME-Autostart-enabled=true\n":      on,
		"[Desktop Entry]\nExec=/tool x\n[Desktop Action a]\nExec=/other\nHidden=true\n":      on,
		"[Desktop Entry]\nExec=/tool x\n#Hidden=true\nHidden[de]=true\n":                     on,
		"[Desktop Entry]\nHidden=true\nExec=/tool x\n":                                       {},
		"[Desktop Entry]\nHidden=true\n":                                                     {},
		"[Desktop Entry]\nExec=/tool x\nX-GNOME-Autostart-enabled=false\n":                   {},
		"[Desktop Entry]\nExec=/tool x\nX-MATE-Autostart-enabled = false\n":                  {},
		"[Desktop Entry]\nExec=/tool \"\\\\\\\\\" \"a\\sb\\tc\"\n":                           {true, []string{"/tool", `\`, "a b\tc"}},
		"[Desktop Entry]\nExec=sh -c \"exec \\\\\"\\\\$0\\\\\" \\\\\"\\\\$@\\\\\"\" /tool x": on,
	} {
		got, err := parseDesktopEntry(text)
		if err != nil || got.enabled != want.enabled || !slices.Equal(got.command, want.command) {
			t.Errorf("%q: got %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "[Desktop Entry]\n", "[Desktop Entry]\nExec=\n", "[Desktop Entry]\nExec=%U\n", "[Desktop Entry]\nExec=\"/tool\n", "[Other]\nExec=/tool\n"} {
		if got, err := parseDesktopEntry(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
}

func TestMoveDesktopEntry(t *testing.T) {
	const entry = `# mine
[Desktop Entry]
Name=/old one
TryExec = TRY
Exec= PROGRAM "-port"  9999 "%%" %U "/old one" ` + `
X-GNOME-Autostart-Delay=30
#Exec="/old one"
[Desktop Action a]
Exec="/old one"
`
	fill := func(try, program string) string {
		return strings.NewReplacer("TRY", try, "PROGRAM", program).Replace(entry)
	}
	for _, ends := range []string{"\n", "\r\n"} {
		for _, c := range []struct{ was, to, want string }{
			{fill("/old one", `"/old one"`), "/new", fill("/new", "/new")},
			{fill("/old one", `"/old"" one"`), `/a\b`, fill(`/a\\b`, `"/a\\\\b"`)},
			{fill("/old one", `sh -c "exec \\"\\$0\\" \\"\\$@\\"" "/old one"`), "/new", fill("/new", "/new")},
			{fill("/old one", `"/old one"`), "/n=", fill("/n=", `sh -c "exec \\"\\$0\\" \\"\\$@\\"" /n=`)},
			{fill("flatpak", `"/old one"`), "/new", fill("flatpak", "/new")},
			{fill("/old one", "nice"), "/new", fill("/new", "nice")},
		} {
			was, want := strings.ReplaceAll(c.was, "\n", ends), strings.ReplaceAll(c.want, "\n", ends)
			if got := moveDesktopEntry(was, "/old one", c.to); got != want {
				t.Errorf("%s\nto %s is\n%s\nwant\n%s", was, c.to, got, want)
			}
		}
	}
}

func TestDesktopEntry_valid(t *testing.T) {
	validate, err := exec.LookPath("desktop-file-validate")
	if err != nil {
		t.Skip("desktop-file-validate is not installed (Debian package desktop-file-utils)")
	}
	dir := t.TempDir()
	var files []string
	for i, text := range nasty {
		path := filepath.Join(dir, string(rune('a'+i%26))+string(rune('a'+i/26))+".desktop")
		e := Entry{ID: "org.example.tool", Name: text, Exec: "/opt/" + text + "/tool", Args: []string{text, "-no-browser"}, Icon: "tool"}
		write(t, path, desktopEntry(e))
		files = append(files, path)
	}
	if out, err := exec.Command(validate, files...).CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

func FuzzDesktopEntry(f *testing.F) {
	for _, text := range nasty {
		f.Add("/"+text, text, text)
	}
	f.Fuzz(func(t *testing.T, program, arg, name string) {
		e := Entry{ID: "tool", Name: name, Exec: program, Args: []string{arg, "-no-browser", arg}}
		if program == "" {
			return
		}
		text := desktopEntry(e)
		got, err := parseDesktopEntry(text)
		if err != nil || !got.enabled || !slices.Equal(got.command, e.command()) {
			t.Errorf("wrote %q, found %+v, %v, in\n%s", e.command(), got, err, text)
		}
		if strings.Count(text, "\n") != 7 {
			t.Errorf("additional lines in\n%s", text)
		}
	})
}

func FuzzParseDesktopEntry(f *testing.F) {
	f.Add("[Desktop Entry]\nExec=/tool %U \"x\\\\\"\nHidden=false\n")
	f.Add("[Desktop Entry]\nExec=sh -c \"exec \\\\\"\\\\$0\\\\\" \\\\\"\\\\$@\\\\\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseDesktopEntry(text)
		if err == nil && got.enabled && len(got.command) == 0 {
			t.Error("enabled without a command")
		}
	})
}
