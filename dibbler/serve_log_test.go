package dibbler

import (
	"log/slog"
	"net/http"
	"testing"
)

type badLengthPages struct{}

func (badLengthPages) OnBadLength(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "many")
}

// TestLogger_default checks that slog.SetDefault may be called after Add.
func TestLogger_default(t *testing.T) {
	s, _ := serve(t, badLengthPages{})
	var logs logBuffer
	before := slog.Default()
	slog.SetDefault(logs.logger())
	defer slog.SetDefault(before)
	get(t, s.URL()+"bad.length")
	wantText(t, logs.String(), "level=WARN", "Content-Length", "many")
}
