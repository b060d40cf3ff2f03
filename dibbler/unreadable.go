package dibbler

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// unreadable returns an answer in place of bare, which is net/http's own to a request
// that it cannot read. That never comes to a handler, and a person in front of a
// browser is to learn what to do.
func (s *Server) unreadable(bare []byte) []byte {
	head, text, _ := strings.Cut(string(bare), "\r\n\r\n")
	var status int
	if _, err := fmt.Sscanf(head, "HTTP/1.1 %d", &status); err != nil || status < 400 {
		return bare
	}
	message := "The program cannot read this request"
	if _, why, ok := strings.Cut(text, ": "); ok {
		message += " (" + why + ")"
	}
	message += "."
	if status == http.StatusRequestHeaderFieldsTooLarge {
		message = fmt.Sprintf("The browser sends more than %d KiB before its request. Most of that are cookies, "+
			"which it shares between all programs at this address. Delete the cookies of this address and load the page again.", s.Limits.maxHeaderBytes()>>10)
	}
	answer := &collector{header: http.Header{}}
	if err := errorPage(&Error{Status: status, Message: message}, false).writeHTML(answer, status); err != nil {
		return bare
	}
	// No middleware sees this answer.
	answer.header.Set("Cross-Origin-Resource-Policy", "same-origin")
	answer.header.Set("Referrer-Policy", "same-origin")
	answer.header.Set("X-Frame-Options", "DENY")
	resp := http.Response{
		ProtoMajor: 1, ProtoMinor: 1, Close: true,
		StatusCode: status, Header: answer.header,
		ContentLength: int64(answer.Len()), Body: io.NopCloser(answer),
	}
	var whole bytes.Buffer
	if err := resp.Write(&whole); err != nil {
		return bare
	}
	return whole.Bytes()
}

// A collector is a ResponseWriter that keeps the content.
type collector struct {
	bytes.Buffer
	header http.Header
}

func (c *collector) Header() http.Header { return c.header }
func (c *collector) WriteHeader(int)     {}
