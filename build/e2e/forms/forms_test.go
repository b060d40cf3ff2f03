package forms

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/server"
	"github.com/dibbler-app/dibbler/dibbler"
)

const page = `<!DOCTYPE html><title>Form</title>
<form method="post" action="/order" enctype="multipart/form-data">
<input name="Text" value="a;b 100% é">
<input type="hidden" name="Gift" value="0"><input type="checkbox" name="Gift" id="gift" value="1">
<input type="date" name="Day" value="2026-09-06">
<input type="datetime-local" name="At" value="2026-09-06T13:05">
<input type="time" name="Hour" value="13:05">
<input name="Many" value=" 12 ">
<input type="file" name="File" id="file">
</form>
<script>
const form = document.forms[0];
function attach(name) {
	const files = new DataTransfer();
	files.items.add(new File(["content"], name));
	document.getElementById("file").files = files.files;
}
async function echo(value, file) {
	const form = new FormData();
	form.append(...value);
	const [field, content, name] = file;
	form.append(field, new Blob([content]), name);
	return (await fetch("/echo", {method: "POST", body: form})).text();
}
</script>`

type shop struct{}

func (shop) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(page)
	return err
}

// OnOrder has a field for each kind of input.
func (shop) OnOrder(w *dibbler.Response, r *http.Request, form struct {
	Text          string
	Gift          bool
	Day, At, Hour time.Time
	Many          int
	File          *multipart.FileHeader
}) error {
	file := "none"
	if form.File != nil {
		file = form.File.Filename
	}
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "%q %v %s %s %s %d %q", form.Text, form.Gift,
		form.Day.Format(time.DateTime), form.At.Format(time.DateTime), form.Hour.Format(time.TimeOnly), form.Many, file)
	return err
}

// OnEcho answers with all values, and with names and contents of all files.
func (shop) OnEcho(w *dibbler.Response, r *http.Request, values url.Values) error {
	for field, files := range r.MultipartForm.File {
		for _, h := range files {
			f, err := h.Open()
			if err != nil {
				return err
			}
			content, err := io.ReadAll(f)
			if err != nil {
				return err
			}
			values.Add(field, h.Filename+"|"+string(content))
		}
	}
	return json.NewEncoder(w).Encode(values)
}

func serve(t *testing.T) (url string) {
	return server.Start(t, &dibbler.Server{Logger: slog.New(slog.DiscardHandler)}, shop{})
}

// Fields and files with odd names arrive with their names.
func TestForm_names(t *testing.T) {
	tab := chrome.Start(t)
	chrome.Do(t, tab, chromedp.Navigate(serve(t)))
	for _, name := range []string{
		"plain", `b\`, `\`, `\\`, `f[\].txt`, `a"b`, `"`, "a\r\nb", "a;b=c", "%", "100%.txt", " a ", "☺😂", "é", "", "'", "a'b",
	} {
		filename := name
		if name == "" {
			filename = "blob"
		}
		args, err := json.Marshal([][]string{{name, "value"}, {"file" + name, "content", filename}})
		if err != nil {
			t.Fatal(err)
		}
		answer := chrome.Eval[string](t, tab, "echo(..."+string(args)+")")
		var got map[string][]string
		err = json.Unmarshal([]byte(answer), &got)
		want := map[string][]string{name: {"value"}, "file" + name: {filepath.Base(filename) + "|content"}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("a field and a file with the name %q arrive as %s, %v; want %q", name, answer, err, want)
		}
	}
}

// Each input of HTML arrives in its field, in each encoding.
func TestForm_inputs(t *testing.T) {
	address := serve(t)
	tab := chrome.Start(t)
	const values = `"a;b 100%% é" %v 2026-09-06 00:00:00 2026-09-06 13:05:00 13:05:00 12 %q`
	for script, want := range map[string]string{
		"":                                   fmt.Sprintf(values, false, "none"),
		`gift.checked = true; attach("b\\")`: fmt.Sprintf(values, true, `b\`),
		`form.method = "get"`:                fmt.Sprintf(values, false, "none"),
		`form.enctype = "application/x-www-form-urlencoded"`: fmt.Sprintf(values, false, "none"),
		`form.enctype = "text/plain"`:                        "This page takes a form",
	} {
		chrome.Do(t, tab, chromedp.Navigate(address))
		if _, err := chromedp.RunResponse(tab, chrome.Run(script+"; form.submit()")); err != nil {
			t.Fatal(err)
		}
		if got := chrome.Eval[string](t, tab, "document.body.textContent"); !strings.Contains(got, want) {
			t.Errorf("after %s, the page shows %s; want %s", script, got, want)
		}
	}
	chrome.Do(t, tab, chromedp.Navigate(address+"order?Text=100%;&Many=%204"))
	if got := chrome.Eval[string](t, tab, "document.body.textContent"); !strings.HasPrefix(got, `"100%;" false `) {
		t.Errorf("a typed address with %%; in a value shows %s", got)
	}
}
