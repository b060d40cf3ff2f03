package main

import (
	"fmt"
	"strings"
)

// A flagHelp is what the program's -help says of a flag.
type flagHelp struct{ Name, Argument, Usage string }

// manualPage writes the page of section 1 from what the program itself says.
func (p *packaging) manualPage() ([]byte, error) {
	fmt.Println("asking the program for its flags")
	cmd := p.goCommand("run", ".", "-help")
	help, err := cmd.CombinedOutput() // it goes to standard error
	if err != nil {
		return nil, fmt.Errorf("go run . -help: %w\n%s", err, help)
	}
	s := p.subject()
	if s.Flags = parseHelp(string(help)); len(s.Flags) == 0 {
		return nil, fmt.Errorf("go run . -help shows no flags:\n%s", help)
	}
	return text("manual.1", s)
}

// parseHelp reads what flag.PrintDefaults writes: a line such as "  -port port",
// then one of a tab and the usage.
func parseHelp(help string) (flags []flagHelp) {
	for line := range strings.Lines(help) {
		line = strings.TrimRight(line, "\n")
		if spec, ok := strings.CutPrefix(line, "  -"); ok {
			name, argument, _ := strings.Cut(spec, " ")
			flags = append(flags, flagHelp{Name: name, Argument: argument})
		} else if usage, ok := strings.CutPrefix(line, "    \t"); ok && len(flags) > 0 {
			last := &flags[len(flags)-1]
			last.Usage = strings.TrimSpace(last.Usage + " " + usage)
		}
	}
	return flags
}
