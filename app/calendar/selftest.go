package calendar

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// SelfTest tries the calendar that runs at base, such as
// "http://127.0.0.1:8888/": it fetches the year 2003, looks for January, asks for
// the end, and looks for the goodbye. It tells say what it does.
func SelfTest(ctx context.Context, base string, say func(format string, args ...any)) error {
	for _, step := range []struct{ method, page, want string }{
		{http.MethodGet, "?year=2003", "January"},
		{http.MethodPost, "shutdown", "Goodbye"},
	} {
		say("%s %s%s", step.method, base, step.page)
		if err := try(ctx, step.method, base+step.page, step.want); err != nil {
			return err
		}
		say("  has %q", step.want)
	}
	return nil
}

// try asks for the page at url and looks for want in it.
func try(ctx context.Context, method, url, want string) error {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
		return fmt.Errorf("%s %s: answered %s, and %q is not in it", method, url, resp.Status, want)
	}
	return nil
}
