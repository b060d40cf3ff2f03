package drain

import "bytes"

// A header finds the empty line that ends a request's header, in bytes that come in
// pieces. The zero header expects a request to begin, before which are no empty lines.
type header struct {
	begun bool // a line is complete
	text  bool // the current line has text
}

// end returns how much of p belongs to the header, and whether that is its end,
// which makes h zero again.
func (h *header) end(p []byte) (n int, whole bool) {
	for n < len(p) {
		line, i := p[n:], bytes.IndexByte(p[n:], '\n')
		if i >= 0 {
			line = line[:i]
		}
		h.text = h.text || len(line) > 1 || len(line) == 1 && line[0] != '\r'
		if i < 0 {
			break
		}
		n += i + 1
		if !h.text {
			*h = header{}
			return n, true
		}
		h.begun, h.text = true, false
	}
	return len(p), false
}
