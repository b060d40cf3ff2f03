package dibbler

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// badRequestPage returns an error page in place of plain, the response that net/http
// itself gives to a request that it cannot parse. No handler is called for such a
// request, and the response of net/http does not tell users what to do.
func (s *Server) badRequestPage(plain []byte) []byte {
	head, text, _ := strings.Cut(string(plain), "\r\n\r\n")
	var status int
	if _, err := fmt.Sscanf(head, "HTTP/1.1 %d", &status); err != nil || status < 400 {
		return plain
	}
	message := "The program cannot read this request"
	if _, why, ok := strings.Cut(text, ": "); ok {
		message += " (" + why + ")"
	}
	message += "."
	if status == http.StatusRequestHeaderFieldsTooLarge {
		message = "The browser has sent more than " + form.Size(int64(s.Limits.maxHeaderBytes())) + " of cookies and other data with this request. " +
			"Browsers share cookies between all programs at this address. Delete the cookies of this address and load the page again."
	}
	answer := &recorder{header: http.Header{}}
	if err := errorPage(&Error{Status: status, Message: message}, false).writeHTML(answer, status); err != nil {
		return plain
	}
	// No middleware sets these fields, because Wrap is not called.
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
		return plain
	}
	return whole.Bytes()
}

// A recorder is a ResponseWriter that keeps the header and the content.
type recorder struct {
	bytes.Buffer
	header http.Header
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) WriteHeader(int)     {}
