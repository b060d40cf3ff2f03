package dibbler_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Months is a plug-in with one page. The whole calendar is in app/calendar.
type Months struct{}

type monthForm struct {
	Year  int        `schema:"year" default:"2003"`
	Month time.Month `schema:"month" default:"1"`
}

func (Months) OnHome(w *dibbler.Response, r *http.Request, form monthForm) error {
	if form.Month < time.January || form.Month > time.December {
		return &dibbler.Error{Status: http.StatusBadRequest, Message: "month: want 1 to 12."}
	}
	w.WriteOKHeaders("text/plain")
	end := time.Date(form.Year, form.Month+1, 0, 0, 0, 0, 0, time.UTC)
	_, err := fmt.Fprintf(w, "%v %d has %d days.\n", form.Month, form.Year, end.Day())
	return err
}

// A calendar server: a plug-in, a server, and an environment that runs the server until Stop
// is called.
func Example() {
	server := dibbler.Server{Addr: "127.0.0.1:0"}
	if err := server.Register(Months{}); err != nil {
		log.Fatal(err)
	}
	var env dibbler.Context // set LaunchBrowser to browser.OpenURL to open the page
	if err := env.Add(&server); err != nil {
		log.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- env.Run(context.Background()) }()

	show(http.Get(server.URL() + "?year=2004&month=2"))
	show(http.Get(server.URL()))

	env.Stop()
	fmt.Println("ended:", <-ended)
	// Output:
	// February 2004 has 29 days.
	// January 2003 has 31 days.
	// ended: <nil>
}

// show prints the content of an answer.
func show(resp *http.Response, err error) {
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
}

// Training sends its answer line by line.
type Training struct{}

func (Training) OnTrain(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	for _, step := range []string{"Please wait…", "Training…", "Done."} {
		if _, err := fmt.Fprintln(w, step); err != nil {
			return err // the client has disconnected
		}
		w.Flush() // show the line now, not after the last
	}
	return nil
}

func ExampleResponse_Flush() {
	var server dibbler.Server
	if err := server.Register(Training{}); err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(&server)
	defer web.Close()
	show(http.Get(web.URL + "/train"))
	// Output:
	// Please wait…
	// Training…
	// Done.
}

// ThisMachineOnly allows connections whose client has the same address as the server, as in
// the documentation of the original Dibbler.
type ThisMachineOnly struct{}

func (ThisMachineOnly) OnIncomingConnection(conn net.Conn) bool {
	from, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return false
	}
	to, _, err := net.SplitHostPort(conn.LocalAddr().String())
	return err == nil && from == to
}

func ExampleConnFilter() {
	server := dibbler.Server{Addr: "127.0.0.1:0"}
	if err := server.Register(Months{}, ThisMachineOnly{}); err != nil {
		log.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(&server); err != nil {
		log.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- env.Run(context.Background()) }()
	show(http.Get(server.URL()))
	env.Stop()
	<-ended
	// Output: January 2003 has 31 days.
}

// A Listener serves a protocol of lines beside the web pages. When the environment ends,
// ReadLine returns an error, and ServeConn returns.
func ExampleListener() {
	listener := dibbler.Listener{
		Addr: "127.0.0.1:0",
		ServeConn: func(ctx context.Context, conn net.Conn) {
			text := textproto.NewConn(conn)
			for {
				line, err := text.ReadLine()
				if err != nil {
					return
				}
				if err := text.PrintfLine("+OK %s", strings.ToUpper(line)); err != nil {
					return
				}
			}
		},
	}
	server := dibbler.Server{Addr: "127.0.0.1:0"}
	if err := server.Register(Months{}); err != nil {
		log.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(&server, &listener); err != nil {
		log.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- env.Run(context.Background()) }()

	conn, err := net.Dial("tcp", listener.NetAddr().String())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "noop\r\n")
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.TrimSpace(answer))

	env.Stop()
	fmt.Println("ended:", <-ended)
	// Output:
	// +OK NOOP
	// ended: <nil>
}

// A Server can be used in any http.ServeMux.
func ExampleServer_ServeHTTP() {
	var server dibbler.Server
	if err := server.Register(Months{}); err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/months/", http.StripPrefix("/months", &server))
	web := httptest.NewServer(mux)
	defer web.Close()
	show(http.Get(web.URL + "/months/?year=1900&month=2"))
	// Output: February 1900 has 28 days.
}
