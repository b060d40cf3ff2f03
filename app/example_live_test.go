package app_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A kettle shows the temperature of its water on all open pages.
type kettle struct{ tool *app.Tool }

func (k *kettle) StartTool(_ context.Context, tool *app.Tool) error {
	k.tool = tool
	if err := tool.Handle("POST /heat", k.heat); err != nil {
		return err
	}
	return k.heated(20)
}

// heated updates the open pages. The page needs no script.
func (k *kettle) heated(degrees int) error {
	return k.tool.Publish("kettle", struct {
		Degrees int `json:"degrees"`
	}{degrees})
}

func (k *kettle) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(`<!DOCTYPE html>
<title>Kettle</title>
<p><output data-live="kettle.degrees">…</output> °C</p>
<form method="post" action="/heat"><button>Heat</button></form>
`)
	return err
}

func (k *kettle) heat(w *dibbler.Response, r *http.Request) error {
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return k.heated(95)
}

func ExampleTool_Publish() {
	p := apptest.Start(t, app.App{Name: "Kettle", Plugins: []any{&kettle{}}})
	defer p.Stop()
	fmt.Println(p.Published("kettle"))
	p.Get("/").Click("Heat")
	fmt.Println(p.Published("kettle"))
	// Output:
	// {"degrees":20}
	// {"degrees":95}
}

// A member signs in at another site, which sends the browser back to /signed.in.
type member struct {
	dibbler.OneAtATime
	state string // sent to the other site; empty while no sign-in is pending
}

func (m *member) StartTool(_ context.Context, tool *app.Tool) error {
	return tool.Landing("/signed.in")
}

// OnSignIn would redirect to the other site, with this state in the query.
func (m *member) OnSignIn(w *dibbler.Response, r *http.Request) error {
	m.state = rand.Text()
	_, err := w.WriteString(m.state)
	return err
}

// OnSignedIn serves /signed.in, to which any site can send the browser.
func (m *member) OnSignedIn(w *dibbler.Response, r *http.Request, form struct{ State string }) error {
	if m.state == "" || form.State != m.state {
		_, err := w.WriteString("Sign in again.")
		return err
	}
	m.state = ""
	_, err := w.WriteString("Welcome.")
	return err
}

func ExampleTool_Landing() {
	m := &member{}
	p := apptest.Start(t, app.App{Name: "Club", Plugins: []any{m}})
	defer p.Stop()
	led := func(page string) string { // sends the browser there from another site
		r, err := http.NewRequest(http.MethodGet, page, nil)
		if err != nil {
			return err.Error()
		}
		r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
		return p.Do(r).Text()
	}
	fmt.Println(led("/signed.in?State=guessed"))
	p.Get("/sign.in")
	fmt.Println(led("/signed.in?State=" + m.state))
	// Output:
	// Sign in again.
	// Welcome.
}

// A clerk answers lines on a port of its own, in addition to the pages.
type clerk struct{ desk *dibbler.Listener }

func (c *clerk) StartTool(_ context.Context, tool *app.Tool) error {
	c.desk = &dibbler.Listener{Addr: "127.0.0.1:0", ServeConn: func(_ context.Context, conn net.Conn) {
		for in := bufio.NewScanner(conn); in.Scan(); {
			if _, err := fmt.Fprintf(conn, "filed: %s\n", in.Text()); err != nil {
				return
			}
		}
	}}
	return tool.Add(c.desk) // other users of this computer are refused
}

func (c *clerk) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := fmt.Fprint(w, c.desk.NetAddr())
	return err
}

func ExampleTool_Add() {
	c := &clerk{}
	p := apptest.Start(t, app.App{Name: "Office", Plugins: []any{c}})
	defer p.Stop()
	conn, err := net.Dial("tcp", c.desk.NetAddr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	fmt.Fprintln(conn, "form 27b")
	answer, err := bufio.NewReader(conn).ReadString('\n')
	fmt.Print(answer, err)
	// Output:
	// filed: form 27b
	// <nil>
}
