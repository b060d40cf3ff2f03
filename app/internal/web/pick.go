package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A pathForm is the form that the script sends for a field.
type pathForm struct {
	Field  string     `schema:"field"`
	Kind   paths.Kind `schema:"kind"`
	Path   string     `schema:"path"` // as typed
	Offers bool       `schema:"offers"`
	Title  string     `schema:"title"`
	Types  string     `schema:"types"`
}

// A pathReply is the answer. Note and Problem are sentences for the owner.
type pathReply struct {
	Path    string   `json:"path,omitempty"`
	Note    string   `json:"note,omitempty"`
	Problem string   `json:"problem,omitempty"`
	Recent  []string `json:"recent,omitempty"` // most recent first
	Dialog  bool     `json:"dialog,omitempty"` // whether there is a dialog
}

// OnAppPath describes the file at a path in a field. If Offers is set, it returns recent
// paths and whether there is a dialog, for which it may have to wait for the desktop.
// While other users are allowed, it returns nothing.
func (p pages) OnAppPath(w *dibbler.Response, r *http.Request, form pathForm) error {
	var reply pathReply
	if r.Method == http.MethodPost && p.Picker.Allowed() == nil {
		if form.Offers {
			reply.Recent, reply.Dialog = p.Recent.Of(form.Field), p.Picker.Find(r.Context()) == nil
		} else {
			reply.Note, reply.Problem = check(form)
		}
	}
	return sendPost(w, r, reply)
}

// check checks a path that may be incomplete. It does not look up paths on other
// computers.
func check(form pathForm) (note, problem string) {
	if form.Path == "" {
		return "", ""
	}
	path, problem := paths.Parse(form.Path)
	if problem != "" || paths.IsRemote(path) {
		return "", problem
	}
	return paths.Check(path, form.Kind)
}

// OnAppPick shows a dialog for the path of a field. When the owner leaves the page, the
// dialog closes.
func (p pages) OnAppPick(w *dibbler.Response, r *http.Request, form pathForm) error {
	var reply pathReply
	if r.Method == http.MethodPost {
		chosen, err := p.Picker.Pick(r.Context(), request(form))
		switch {
		case err == nil:
			reply.Path = chosen[0]
		case !errors.Is(err, pick.ErrCanceled):
			reply.Problem = "This did not work: " + err.Error() + "."
		}
	}
	return sendPost(w, r, reply)
}

func request(form pathForm) pick.Request {
	title := strings.Join(strings.Fields(form.Title), " ") // a label may have several lines in HTML
	r := pick.Request{Title: title, Folder: form.Kind == paths.Folder, Save: form.Kind == paths.Save}
	if !r.Folder {
		r.Types = strings.Fields(form.Types)
	}
	path, problem := paths.Parse(form.Path)
	if form.Path == "" || problem != "" || paths.IsRemote(path) {
		return r
	}
	r.Dir = path
	if !r.Folder {
		r.Dir = filepath.Dir(path)
	}
	if r.Save && path != r.Dir {
		r.Name = filepath.Base(path)
	}
	return r
}

// sendPost sends reply if r is a POST request. Browsers can send GET requests by
// themselves.
func sendPost(w *dibbler.Response, r *http.Request, reply pathReply) error {
	if r.Method != http.MethodPost {
		return &dibbler.Error{Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {"POST"}}}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(reply)
}
