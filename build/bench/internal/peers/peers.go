// Package peers has the same small site, made with Dibbler and with its alternatives:
//
//	/page     a fixed text of about 2 KB
//	/form     five typed values, from the query or a posted form
//	/upload   a file in a posted form; the answer says how large it is
//	/p0, …    a number of further pages
//
// Every other page is answered with status 404 and [Absent], and a form with a bad
// value or without its file with status 400. The code that all share is in this file, so that
// the others contain only the differences.
package peers

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"

	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Peer is one way to write the site.
type Peer struct {
	Name string
	New  func(pages int) (http.Handler, error)
}

// All are the peers. The first uses no library, the last is Dibbler.
var All = []Peer{
	{"net/http", newNetHTTP},
	{"net/http+schema", newNetHTTPSchema},
	{"chi+schema", newChi},
	{"gin", newGin},
	{"echo", newEcho},
	{Dibbler, newDibbler},
}

// Dibbler is the name of the peer that is a [*dibbler.Server].
const Dibbler = "dibbler"

// The answers of all peers.
const (
	textType = "text/plain; charset=utf-8"
	Absent   = "There is no such page.\n"
)

// Page is the answer of /page: the calendar of 2003 as text.
var Page = calendarText()

func calendarText() []byte {
	s := new(dibbler.Server)
	if err := s.Register(&calendar.Calendar{}); err != nil {
		panic(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/calendar.txt?year=2003", nil))
	if w.Code != http.StatusOK {
		panic(fmt.Sprintf("the calendar of 2003: status %d", w.Code))
	}
	return w.Body.Bytes()
}

// A form has the fields of /form. The tags mean the same for each peer.
type form struct {
	Name  string  `schema:"name"  form:"name"  query:"name"`
	City  string  `schema:"city"  form:"city"  query:"city"`
	Count int     `schema:"count" form:"count" query:"count"`
	Price float64 `schema:"price" form:"price" query:"price"`
	Gift  bool    `schema:"gift"  form:"gift"  query:"gift"`
}

// appendTo appends the answer to the form.
func (f form) appendTo(b []byte) []byte {
	b = append(append(b, f.Name...), ", "...)
	b = append(append(b, f.City...), ": "...)
	b = append(strconv.AppendInt(b, int64(f.Count), 10), " at "...)
	b = append(strconv.AppendFloat(b, f.Price, 'f', 2, 64), ", gift "...)
	return append(strconv.AppendBool(b, f.Gift), '\n')
}

// text is the answer to the form.
func (f form) text() []byte { return f.appendTo(make([]byte, 0, 64)) }

// maxMemory is the part of an upload that the peers keep in memory, as Dibbler does.
const maxMemory = 8 << 20

// sizeOf reads an uploaded file and returns the answer to it.
func sizeOf(h *multipart.FileHeader) ([]byte, error) {
	file, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	n, err := io.Copy(io.Discard, file)
	return fmt.Appendf(nil, "%d bytes\n", n), err
}

// pagePath is the path of a further page.
func pagePath(i int) string { return "/p" + strconv.Itoa(i) }
