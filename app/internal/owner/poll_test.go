package owner

import "testing"

// The rows follow the documentation of WSAPoll.
func TestPollConnected(t *testing.T) {
	for _, test := range []struct {
		name  string
		flags int16
		want  bool
	}{
		{"nothing to read", 0, true},
		{"data, or the peer's sending half closed", pollRead, true},
		{"disconnected", pollHangUp, false},
		{"disconnected, with data", pollHangUp | pollRead, false},
		{"reset", pollHangUp | pollError, false},
		{"closed by ourselves", pollError, false},
		{"no socket", pollInvalid, false},
	} {
		if got := pollConnected(test.flags); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
