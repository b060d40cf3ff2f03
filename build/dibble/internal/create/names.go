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

// A tool is what is made.
type tool struct {
	name     string // what people call it
	id       string
	command  string // the name of its executable and of its module: the last part of id
	template template
	dir      string // its folder, by its real name
}

// tool names what is asked for.
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
			return t, fmt.Errorf("no name of a program can be made of %q: give one of a-z and 0-9, such as -id com.example.teatimer", folder)
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
		return t, fmt.Errorf("%q is the name of a device on Windows, where the set-up makes a folder of that name: give another one, such as -name \"My %[1]s\"", t.name)
	}
	return t, nil
}

// title makes a tool's name of its folder's: my-notes becomes My notes.
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
		return fmt.Errorf("people cannot call a tool %q: give a name in one line, such as -name \"Tea Timer\"", name)
	case utf8.RuneCountInString(name) > most:
		return fmt.Errorf("a name of %d characters does not fit in menus: give one of at most %d, such as -name \"Tea Timer\"", utf8.RuneCountInString(name), most)
	// What dibble package would refuse: folders and shortcuts are called by the name.
	case strings.Trim(name, " .") != name || strings.ContainsAny(name, "<>:\"/\\|?*`"):
		return fmt.Errorf("no folder on Windows can be called %q, and the set-up makes one: give a name with none of < > : \" / \\ | ? * ` that does not begin or end with a dot or a blank, such as -name \"Tea Timer\"", name)
	}
	return nil
}

// idPattern is that of an App.ID.
var idPattern = regexp.MustCompile(`^[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*$`)

// longestID leaves the space for what dibble dev adds to an ID, of which an App.ID can
// have 100 characters.
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
		return fmt.Errorf("%q cannot be an id, which consists of a-z, 0-9, dots and hyphens between them: take another, such as -id %s", id, strings.Join(parts, "."))
	case len(id) > longestID:
		return fmt.Errorf("an id of %d characters is too long for the names of files: take one of at most %d", len(id), longestID)
	}
	first, _, _ := strings.Cut(id, ".")
	return checkDevice(first)
}

// device is a name that Windows takes for a device's, and that the go command therefore
// refuses in the path of a module.
var device = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

func checkDevice(word string) error {
	if device.MatchString(word) {
		return another(word, "is the name of a device on Windows, where no file or folder can be called that")
	}
	return nil
}

// taken says why a tool cannot have these names.
var taken = map[string]string{
	"all":      "stands for all packages in go commands",
	"cmd":      "stands for the commands of Go itself in go commands",
	"std":      "stands for the standard library in go commands",
	"tool":     "stands for all tools in go commands",
	"work":     "stands for a workspace in go commands",
	"main":     "is what Go calls every program",
	"test":     "is a command of every shell, and starts that",
	"internal": "is what Go calls packages that others cannot import",
	"vendor":   "is what Go calls the folder for copies of libraries",
	"testdata": "is a folder that Go leaves out",
	"go":       "is the go command",
	"dibble":   "is this command",
	"dibbler":  "is Dibbler's own sample, and tools are told apart by their names",
}

func checkCommand(command string) error {
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
	return errors.New(word + " " + why + ": call the tool another name, such as my-" + word + ", by its folder or with -id com.example.my-" + word)
}

// plainLetters are what is written for letters where there are only a-z. Those with
// other marks lose them.
var plainLetters = strings.NewReplacer(
	"a\u0308", "ae", "o\u0308", "oe", "u\u0308", "ue", // as macOS writes folders
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "å", "a",
	"à", "a", "á", "a", "â", "a", "ã", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o",
	"ù", "u", "ú", "u", "û", "u", "ý", "y", "ÿ", "y", "č", "c", "ě", "e", "ł", "l", "ř", "r",
	"š", "s", "ů", "u", "ž", "z", "ą", "a", "ć", "c", "ę", "e", "ń", "n", "ś", "s", "ź", "z", "ż", "z",
	"ğ", "g", "ı", "i", "ş", "s", "ő", "oe", "ű", "ue", "đ", "d", "ð", "d", "þ", "th",
)

// plain makes a name of a-z, 0-9 and hyphens: Grüner Tee becomes gruener-tee. It is
// empty if nothing is left.
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
