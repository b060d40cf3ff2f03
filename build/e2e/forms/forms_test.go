package forms

import (
	"context"
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
	"github.com/dibbler-app/dibbler/dibbler"
)

// order has the inputs that browsers have.
type order struct {
	Text string                `schema:"text"`
	Gift bool                  `schema:"gift"`
	Day  time.Time             `schema:"day"`
	At   time.Time             `schema:"at"`
	Hour time.Time             `schema:"hour"`
	Many int                   `schema:"many"`
	File *multipart.FileHeader `schema:"file"`
}

const page = `<!DOCTYPE html><title>Form</title>
<form method="post" action="/order" enctype="multipart/form-data">
<input name="text" value="a;b 100% é">
<input type="hidden" name="gift" value="0"><input type="checkbox" name="gift" id="gift" value="1">
<input type="date" name="day" value="2026-09-06">
<input type="datetime-local" name="at" value="2026-09-06T13:05">
<input type="time" name="hour" value="13:05">
<input name="many" value=" 12 ">
<input type="file" name="file" id="file">
</form>
<script>
function attach(name) {
	const files = new DataTransfer();
	files.items.add(new File(["content"], name));
	document.getElementById("file").files = files.files;
}
function send(fields) {
	const form = new FormData(), request = new XMLHttpRequest();
	for (const [name, value, filename] of fields)
		filename === undefined ? form.append(name, value) : form.append(name, new Blob([value]), filename);
	request.open("POST", "/echo", false);
	request.send(form);
	return request.status + " " + request.responseText;
}
</script>`

type shop struct{}

func (shop) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(page)
	return err
}

func (shop) OnOrder(w *dibbler.Response, r *http.Request, o order) error {
	name := "none"
	if o.File != nil {
		name = o.File.Filename
	}
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "%q %v %s %s %s %d %q", o.Text, o.Gift,
		o.Day.Format(time.RFC3339), o.At.Format(time.RFC3339), o.Hour.Format(time.RFC3339), o.Many, name)
	return err
}

// OnEcho answers with all values and files.
func (shop) OnEcho(w *dibbler.Response, r *http.Request, values url.Values) error {
	for name, files := range r.MultipartForm.File {
		for _, h := range files {
			f, err := h.Open()
			if err != nil {
				return err
			}
			content, err := io.ReadAll(f)
			if err != nil {
				return err
			}
			values.Add(name, h.Filename+"|"+string(content))
		}
	}
	w.WriteOKHeaders("application/json")
	return json.NewEncoder(w).Encode(values)
}

// open shows the shop's page in a browser.
func open(t *testing.T) (ctx context.Context, address string) {
	s := &dibbler.Server{Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}
	if err := s.Register(shop{}); err != nil {
		t.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(s); err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- env.Run(run) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	ctx = chrome.Start(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL())); err != nil {
		t.Fatal(err)
	}
	return ctx, s.URL()
}

// Names with odd characters arrive as they are.
func TestForm_names(t *testing.T) {
	ctx, _ := open(t)
	for _, name := range []string{
		"plain", `b\`, `\`, `\\`, `f[\].txt`, `a"b`, `"`, "a\r\nb", "a;b=c", "%", "100%.txt", " a ", "☺😂", "é", "", "'", "a'b",
	} {
		filename := name
		if name == "" {
			filename = "blob"
		}
		fields, err := json.Marshal([][]string{{name, "value " + name}, {"file" + name, "content", filename}})
		if err != nil {
			t.Fatal(err)
		}
		answer := chrome.Eval[string](t, ctx, "send("+string(fields)+")")
		var got map[string][]string
		if err := json.Unmarshal([]byte(strings.TrimPrefix(answer, "200 ")), &got); err != nil {
			t.Errorf("%q: %s", name, answer)
			continue
		}
		want := map[string][]string{name: {"value " + name}, "file" + name: {filepath.Base(filename) + "|content"}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// Each input of HTML arrives in a field, in each encoding.
func TestForm_inputs(t *testing.T) {
	ctx, address := open(t)
	day := time.Date(2026, 9, 6, 0, 0, 0, 0, time.Local).Format(time.RFC3339)
	at := time.Date(2026, 9, 6, 13, 5, 0, 0, time.Local).Format(time.RFC3339)
	for script, want := range map[string]string{
		"":                                     fmt.Sprintf(`"a;b 100%% é" false %s %s 0000-01-01T13:05:00Z 12 "none"`, day, at),
		"gift.checked = true; attach('b\\\\')": fmt.Sprintf(`"a;b 100%% é" true %s %s 0000-01-01T13:05:00Z 12 "b\\"`, day, at),
		"document.forms[0].method = 'get'":     fmt.Sprintf(`"a;b 100%% é" false %s %s 0000-01-01T13:05:00Z 12 "none"`, day, at),
		"document.forms[0].enctype = 'application/x-www-form-urlencoded'": fmt.Sprintf(`"a;b 100%% é" false %s %s 0000-01-01T13:05:00Z 12 "none"`, day, at),
		"document.forms[0].enctype = 'text/plain'":                        "This page takes a form",
	} {
		chrome.Do(t, ctx, chromedp.Navigate(address))
		if _, err := chromedp.RunResponse(ctx, chrome.Run(script+"\n;document.forms[0].submit()")); err != nil {
			t.Fatal(err)
		}
		got := chrome.Eval[string](t, ctx, "document.body.textContent")
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
	}
	// As somebody types it.
	chrome.Do(t, ctx, chromedp.Navigate(address+"order?text=100%;&many=%204"))
	if got := chrome.Eval[string](t, ctx, "document.body.textContent"); !strings.HasPrefix(got, `"100%;" false `) {
		t.Error(got)
	}
}
