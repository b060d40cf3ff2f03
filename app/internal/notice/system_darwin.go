package notice

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// A system shows notices through AppleScript: macOS accepts them from bundles alone, and
// takes these for the script editor's, without the program's icon or a click.
type system struct{ c Config }

func newSystem(_ context.Context, c Config) *system { return &system{c} }

func (s *system) show(ctx context.Context, n Notice) error {
	out, err := exec.CommandContext(ctx, "/usr/bin/osascript", "-e", appleScript(s.c.Name, n)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("osascript: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
