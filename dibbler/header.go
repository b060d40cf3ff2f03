package dibbler

import "bytes"

// A header finds where the header of a request ends, an empty line, in what comes
// in pieces.
type header struct {
	text bool // there is some in the line so far
}

// end returns how much of the next piece belongs to the header: if there is no end
// in it, all.
func (h *header) end(piece []byte) (n int) {
	for line := range bytes.Lines(piece) {
		n += len(line)
		text, whole := bytes.CutSuffix(line, []byte("\n"))
		h.text = h.text || len(text) > 1 || len(text) == 1 && text[0] != '\r'
		if whole && !h.text {
			return n
		}
		h.text = h.text && !whole
	}
	return n
}
