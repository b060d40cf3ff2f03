package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/dibbler"
	"go.uber.org/goleak"
)

// This test binary is also the program that the tests start.
const asProgram = "DIBBLER_TEST_PROGRAM"

// peers are the functions of this test binary when it is started as a program of another
// user. It is nil on systems where that is not possible.
var peers map[string]func()

func TestMain(m *testing.M) {
	if kind := os.Getenv(asProgram); kind != "" {
		if kind == "shortTimeout" {
			launchTimeout = time.Second
		}
		Main(programs[kind])
	}
	// The program starts this binary again to open the browser.
	if url, ok := desk.URLToOpen(os.Args[1:]); ok {
		os.Exit(openHere(url, os.Stdout, os.Stderr))
	}
	if len(os.Args) == 3 && peers[os.Args[1]] != nil {
		peers[os.Args[1]]()
		os.Exit(0)
	}
	// Under nohup, programs ignore SIGHUP. The programs that the tests start must not.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		ExampleTest.End()
		os.Exit(status)
	}))
}

var programs = map[string]App{
	"plain":        {Name: "Plain", Version: "1.2.3", Plugins: []any{plain{}}},
	"shortTimeout": {Name: "Plain", Plugins: []any{plain{}}},
	"unfit":        {Name: "Unfit", Plugins: []any{struct{}{}}},
	"nameless":     {Plugins: []any{plain{}}},
	"brews":        {Name: "Brews", Opens: teaOpens, Plugins: []any{brewer{}}},
	"keeps":        {Name: "Keeps", Plugins: []any{&keeper{}}},
	"flushes":      {Name: "Flushes", Plugins: []any{plain{}, flusher{}}},
	"waits":        {Name: "Waits", Plugins: []any{plain{}, waiter{}}},
	"spills":       {Name: "Spills", Plugins: []any{plain{}, flusher{errors.New("the disk is full")}, flusher{}}},
	"fails": {Name: "Fails", Plugins: []any{plain{}}, SelfTest: func(context.Context, string, func(string, string) (string, error)) error {
		return errors.New("it is raining")
	}},
	"described": {
		Name: "Tea Timer", ID: "com.example.tea-timer", Version: "1.2.3", Opens: teaOpens, Plugins: []any{brewer{}, brewer{}},
		About: About{
			Publisher: "Ada Lovelace <ada@example.org>", Summary: "Boil tea", Description: "Boils tea.", Homepage: "https://ada.example.org/",
			License: "MIT", Package: "teas", Categories: []string{"Office"}, Keywords: []string{"tea", "Zeit"},
		},
	},
}

type plain struct{}

func (plain) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("home of plain")
	return err
}

// OnSlow answers when the program begins to shut down.
func (plain) OnSlow(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-dibbler.Stopping(r.Context())
	_, err := fmt.Fprintln(w, "finished")
	return err
}

// OnHeld waits for the beginning of the shutdown, connects to an address, and answers
// when that connection is closed.
func (plain) OnHeld(w *dibbler.Response, r *http.Request, form struct {
	Until string `schema:"until,required"`
}) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-dibbler.Stopping(r.Context())
	fmt.Fprintln(w, "ending")
	w.Flush()
	conn, err := net.Dial("tcp", form.Until)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.Copy(io.Discard, conn); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "finished")
	return err
}

// OnStuck does not return by itself.
func (plain) OnStuck(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-r.Context().Done()
	return r.Context().Err()
}

// OnEnd ends the program after its answer.
func (plain) OnEnd(w *dibbler.Response, r *http.Request) error {
	if r.Method != http.MethodPost {
		return &dibbler.Error{Status: http.StatusMethodNotAllowed}
	}
	return dibbler.ErrShutdown
}

// OnUpload lists the files in the temporary folder during an upload.
func (plain) OnUpload(w *dibbler.Response, r *http.Request) error {
	if err := r.ParseMultipartForm(1); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, strings.Join(files, "\n"))
	return err
}

// A flusher prints a line when its OnFlush function is called.
type flusher struct{ err error }

func (f flusher) StartTool(ctx context.Context, tool *Tool) error {
	return tool.OnFlush(func(context.Context) error {
		fmt.Println("flushed")
		return f.err
	})
}

// A waiter starts when its standard input ends.
type waiter struct{}

func (waiter) StartTool(ctx context.Context, tool *Tool) error {
	fmt.Println("begun")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// get returns the page at url, without the program's script.
func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ok ends the test if a step of its preparation has failed.
func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantPage fails the test unless the page at url has these texts.
func wantPage(t *testing.T, url string, texts ...string) {
	t.Helper()
	page := get(t, url)
	for _, want := range texts {
		if !strings.Contains(page, want) {
			t.Errorf("%s has no %q: %s", url, want, page)
		}
	}
}
