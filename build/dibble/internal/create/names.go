package create

import (
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A tool is the tool to make.
type tool struct {
	name     string // its name for people
	id       string
	command  string // the name of its executable and of its module: the last part of id
	template template
	dir      string // its folder, by its real name
}

// tool returns the tool to make.
func (r request) tool() (t tool, err error) {
	folder, err := filepath.Abs(r.folder)
	if err != nil {
		return t, err
	}
	folder = filepath.Base(folder)
	if t.template, err = findTemplate(r.template); err != nil {
		return t, err
	}
	t.name, t.id = r.name, r.id
	if t.name == "" {
		t.name = title(folder)
	}
	if err := checkName(t.name); err != nil {
		return t, err
	}
	if t.id == "" {
		word := plain(folder)
		if word == "" {
			return t, fmt.Errorf("the folder's name %q has no letters for an id: choose one of a-z and 0-9, such as -id com.example.teatimer", folder)
		}
		t.id = "com.example." + word
	}
	if err := checkID(t.id); err != nil {
		return t, err
	}
	t.command = t.id[strings.LastIndexByte(t.id, '.')+1:]
	if err := checkCommand(t.command); err != nil {
		return t, err
	}
	first, _, _ := strings.Cut(strings.ToLower(t.name), ".")
	if device.MatchString(strings.TrimSpace(first)) {
		return t, fmt.Errorf("%q is the name of a device on Windows, where the installer makes a folder with the tool's name: choose another name, such as -name \"My %[1]s\"", t.name)
	}
	return t, nil
}

// title returns the tool's name for a folder's name: my-notes becomes My notes.
func title(folder string) string {
	words := strings.FieldsFunc(folder, func(r rune) bool { return strings.ContainsRune(" -_.", r) })
	name := []rune(strings.Join(words, " "))
	if len(name) > 0 {
		name[0] = unicode.ToUpper(name[0])
	}
	return string(name)
}

func checkName(name string) error {
	const most = 40 // characters fit in a menu
	switch {
	case strings.TrimSpace(name) == "" || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name):
		return fmt.Errorf("%q cannot be the name of a tool: choose a name of one line, such as -name \"Tea Timer\"", name)
	case utf8.RuneCountInString(name) > most:
		return fmt.Errorf("a name of %d characters does not fit in menus: choose one of at most %d, such as -name \"Tea Timer\"", utf8.RuneCountInString(name), most)
	// dibble package does not allow these, because folders and shortcuts have the name.
	case strings.Trim(name, " .") != name || strings.ContainsAny(name, "<>:\"/\\|?*`"):
		return fmt.Errorf("%q cannot be the name of a folder on Windows, which the installer makes: choose a name with none of < > : \" / \\ | ? * ` that does not begin or end with a dot or a space, such as -name \"Tea Timer\"", name)
	}
	return nil
}

// idPattern matches an App.ID.
var idPattern = regexp.MustCompile(`^[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*$`)

// longestID leaves space for the suffix that dibble dev adds to an ID. An App.ID can have
// 100 characters.
const longestID = 100 - len(".dev")

func checkID(id string) error {
	switch {
	case !idPattern.MatchString(id):
		var parts []string
		for part := range strings.SplitSeq(id, ".") {
			if part = plain(part); part != "" {
				parts = append(parts, part)
			}
		}
		if parts == nil {
			parts = []string{"com", "example", "teatimer"}
		}
		return fmt.Errorf("%q cannot be an id: choose one of a-z and 0-9, with dots and hyphens between them, such as -id %s", id, strings.Join(parts, "."))
	case len(id) > longestID:
		return fmt.Errorf("an id of %d characters is too long for file names: choose one of at most %d", len(id), longestID)
	}
	first, _, _ := strings.Cut(id, ".")
	return checkDevice(first)
}

// device matches the names of devices on Windows, which the go command does not allow in
// the path of a module.
var device = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

func checkDevice(word string) error {
	if device.MatchString(word) {
		return another(word, "is the name of a device on Windows, so no file or folder can have it")
	}
	return nil
}

// taken maps the names that a tool cannot have to the reasons.
var taken = map[string]string{
	"all":      "stands for all packages in go commands",
	"cmd":      "stands for the commands of Go itself in go commands",
	"std":      "stands for the standard library in go commands",
	"tool":     "stands for all tools in go commands",
	"work":     "stands for a workspace in go commands",
	"main":     "is Go's name for every program",
	"test":     "is a command of every shell, which would run instead of the tool",
	"internal": "is Go's name for packages that others cannot import",
	"vendor":   "is Go's name for the folder with copies of libraries",
	"testdata": "is the name of a folder that Go ignores",
	"go":       "is the go command",
	"dibble":   "is this command",
	"dibbler":  "is the name of Dibbler's own sample",
	"web":      "is the name of the folder with the tool's pages",
	"icon":     "is the name of the folder with the tool's images",
	"dist":     "is the name of the folder with the tool's packages",
	"png":      "is an ending that desktops on Linux remove from the name of the icon",
	"svg":      "is an ending that desktops on Linux remove from the name of the icon",
	"xpm":      "is an ending that desktops on Linux remove from the name of the icon",
}

// majorVersion matches the end of a module's path that is not the name of its executable.
var majorVersion = regexp.MustCompile(`^v([2-9]|[1-9][0-9]+)$`)

func checkCommand(command string) error {
	if majorVersion.MatchString(command) {
		return another(command, "is a version for the go command, which would name the program otherwise")
	}
	if token.IsKeyword(command) {
		return another(command, "is a reserved word of Go")
	}
	if why, ok := taken[command]; ok {
		return another(command, why)
	}
	if len(command) == 1 {
		return another(command, "is too short for the name of a package on Linux")
	}
	return checkDevice(command)
}

func another(word, why string) error {
	return errors.New(word + " " + why + ": choose another name for the tool, such as my-" + word + ", for its folder or with -id com.example.my-" + word)
}

// plainLetters spells letters in a-z. From other letters, plain removes the marks.
var plainLetters = strings.NewReplacer(
	"a\u0308", "ae", "o\u0308", "oe", "u\u0308", "ue", // decomposed, as on macOS
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "å", "a",
	"à", "a", "á", "a", "â", "a", "ã", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o",
	"ù", "u", "ú", "u", "û", "u", "ý", "y", "ÿ", "y", "č", "c", "ě", "e", "ł", "l", "ř", "r",
	"š", "s", "ů", "u", "ž", "z", "ą", "a", "ć", "c", "ę", "e", "ń", "n", "ś", "s", "ź", "z", "ż", "z",
	"ğ", "g", "ı", "i", "ş", "s", "ő", "oe", "ű", "ue", "đ", "d", "ð", "d", "þ", "th",
)

// plain spells a name in a-z, 0-9 and hyphens: Grüner Tee becomes gruener-tee. The result is
// empty if no letter or digit is left.
func plain(text string) string {
	var b strings.Builder
	for _, r := range plainLetters.Replace(strings.ToLower(text)) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case !unicode.Is(unicode.Mn, r) && !strings.ContainsRune("'’", r):
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), "-")
}
