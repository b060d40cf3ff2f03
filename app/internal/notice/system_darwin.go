package notice

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// A system shows notices with AppleScript, because the native interfaces need Cocoa and a
// bundle. The notices have the icon of Script Editor, and clicks do not reach the
// program. This was never run on a Mac.
type system struct{ c Config }

func newSystem(_ context.Context, c Config) *system { return &system{c} }

func (s *system) show(ctx context.Context, n Notice) error {
	out, err := exec.CommandContext(ctx, "/usr/bin/osascript", "-e", appleScript(s.c.Name, n)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("osascript: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
