package drain

import "bytes"

// A header finds the empty line at the end of a request's header, which may be read in
// pieces. The zero header expects the beginning of a request, without empty lines before it.
type header struct {
	begun bool // a line is complete
	text  bool // the current line is not empty
}

// end returns how many bytes of p belong to the header, and whether the header ends there.
// At the end, h becomes zero.
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
