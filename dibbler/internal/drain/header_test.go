package drain

import "testing"

func TestHeaderEnd(t *testing.T) {
	for _, test := range []struct {
		header, rest string
		whole        bool
	}{
		{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", true},
		{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nbody", true},
		{"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\n", true},
		{"GET / HTTP/1.1\n x\r\n\r\n", "\n", true},
		{"GET / HTTP/1.1\r\n\rx\r\n", "", false},
	} {
		all := test.header + test.rest
		for split := range all { // in two pieces
			var h header
			n, whole := h.end([]byte(all[:split]))
			if !whole {
				var m int
				m, whole = h.end([]byte(all[split:]))
				n += m
			}
			if n != len(test.header) || whole != test.whole {
				t.Errorf("%q, split at %d: ends at %d, %v, want %d", all, split, n, whole, len(test.header))
			}
		}
	}
}
