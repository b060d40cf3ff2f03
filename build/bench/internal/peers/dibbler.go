package peers

import (
	"fmt"
	"mime/multipart"
	"net/http"

	"github.com/dibbler-app/dibbler/dibbler"
)

// NewDibbler returns the site made with Dibbler, with a number of further pages.
func NewDibbler(pages int) (*dibbler.Server, error) {
	if pages > len(further) {
		return nil, fmt.Errorf("%d further pages: this program was built with %d", pages, len(further))
	}
	s := new(dibbler.Server)
	if err := s.Register(site{}); err != nil {
		return nil, err
	}
	return s, s.Register(further[:pages]...)
}

func newDibbler(pages int) (http.Handler, error) { return NewDibbler(pages) }

// A site is the plug-in.
type site struct{}

func (site) OnPage(w *dibbler.Response, r *http.Request) error { return writePage(w) }

func (site) OnForm(w *dibbler.Response, r *http.Request, f form) error {
	w.WriteOKHeaders("text/plain")
	_, err := w.Write(f.text())
	return err
}

func (site) OnUpload(w *dibbler.Response, r *http.Request, f struct {
	File *multipart.FileHeader `schema:"file,required"`
}) error {
	size, err := sizeOf(f.File)
	if err != nil {
		return err
	}
	w.WriteOKHeaders("text/plain")
	_, err = w.Write(size)
	return err
}

func (site) OnUnknown(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Content-Type", textType)
	w.WriteHeader(http.StatusNotFound)
	_, err := w.WriteString(Absent)
	return err
}

func writePage(w *dibbler.Response) error {
	w.WriteOKHeaders("text/plain")
	_, err := w.Write(Page)
	return err
}
