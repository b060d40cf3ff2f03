package attack

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A squat is how somebody else holds a port.
type squat struct {
	address   string
	only6     bool // of both families, the address is in one only
	reusePort bool // others of the same user may listen there, too
	later     bool // the port is bound now, and listened at when it is too late
}

func squats() (all []squat) {
	for _, address := range []string{"127.0.0.1", "::1", "0.0.0.0", "::"} {
		all = append(all, squat{address: address}, squat{address: address, reusePort: true}, squat{address: address, later: true})
	}
	return append(all, squat{address: "::", only6: true})
}

// A squatter holds a port.
type squatter struct {
	t        *testing.T
	fd       int
	listener net.Listener // nil: it is not listened at
	visitors atomic.Int32
	done     chan struct{}
}

// hold takes the port.
func (s squat) hold(t *testing.T, port string) (*squatter, error) {
	t.Helper()
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	ip := net.ParseIP(s.address)
	family, at := unix.AF_INET6, unix.Sockaddr(&unix.SockaddrInet6{Port: number, Addr: [16]byte(ip.To16())})
	if v4 := ip.To4(); v4 != nil {
		family, at = unix.AF_INET, &unix.SockaddrInet4{Port: number, Addr: [4]byte(v4)}
	}
	q := &squatter{t: t}
	if q.fd, err = unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
		t.Fatal(err)
	}
	set := func(level, option int, on bool) {
		value := 0
		if on {
			value = 1
		}
		if err := unix.SetsockoptInt(q.fd, level, option, value); err != nil {
			t.Fatal(err)
		}
	}
	set(unix.SOL_SOCKET, unix.SO_REUSEADDR, true) // what remains of the program's connections does no harm
	set(unix.SOL_SOCKET, unix.SO_REUSEPORT, s.reusePort)
	if family == unix.AF_INET6 {
		set(unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, s.only6)
	}
	if err = unix.Bind(q.fd, at); err == nil && !s.later {
		err = q.listen()
	}
	if err != nil {
		q.free()
		return nil, err
	}
	return q, nil
}

// listen counts who comes.
func (q *squatter) listen() error {
	if err := unix.Listen(q.fd, 16); err != nil {
		return err
	}
	file := os.NewFile(uintptr(q.fd), "squatter")
	q.fd = -1
	defer file.Close()
	var err error
	if q.listener, err = net.FileListener(file); err != nil {
		q.t.Fatal(err)
	}
	q.done = make(chan struct{})
	go func() {
		defer close(q.done)
		for {
			conn, err := q.listener.Accept()
			if err != nil {
				return
			}
			q.visitors.Add(1)
			conn.Close()
		}
	}()
	return nil
}

// free gives the port up.
func (q *squatter) free() {
	if q.listener != nil {
		q.listener.Close()
		<-q.done
		return
	}
	if err := unix.Close(q.fd); err != nil {
		q.t.Error(err)
	}
}

// A fakeBrowser fetches what it is told to open, and then notes it down.
type fakeBrowser struct{ bin, shown string }

func newFakeBrowser(t *testing.T, home string) fakeBrowser {
	t.Helper()
	b := fakeBrowser{filepath.Join(home, "bin"), filepath.Join(home, "shown")}
	if err := os.Mkdir(b.bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.bin, "xdg-open"), []byte("#!/bin/sh\ncurl -s -o /dev/null \"$1\"\necho \"$1\" >>'"+b.shown+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

// use has a command open its pages in it.
func (b fakeBrowser) use(cmd *exec.Cmd) {
	cmd.Env = append(desktop.Without(cmd.Env, "PATH"), "PATH="+b.bin+":"+os.Getenv("PATH"))
}

// next waits for the n-th page, counted from 0.
func (b fakeBrowser) next(t *testing.T, n int) string {
	t.Helper()
	var pages []string
	desktop.Await(t, "the browser", func() bool {
		text, _ := os.ReadFile(b.shown) // there is none before the first
		pages = strings.Split(string(text), "\n")
		return len(pages) > n+1
	})
	return pages[n]
}

// While the program is down, another user takes its port, on one of its addresses or on
// all. The program takes another port, and neither opens the browser on the squatter's nor
// talks to the squatter.
func TestPort_squatters(t *testing.T) {
	tool.NeedRoot(t)
	d := desktop.Start(t)
	home := tool.OwnedFolder(t, tool.Nobody)
	browser := newFakeBrowser(t, home)
	enter := func(cmd *exec.Cmd) {
		tool.InHome(home, tool.Nobody)(cmd)
		browser.use(cmd)
	}
	tried, held, opened := 0, 0, 0
	run := func(args ...string) *victim {
		p := tool.Start(t, d, enter, target, append([]string{"-no-tray"}, args...)...)
		_, port, _ := strings.Cut(p.HostPort(), ":")
		if page := browser.next(t, opened); page != p.URL {
			t.Errorf("the browser is opened on %s, and the program is at %s", page, p.URL)
		}
		opened++
		return &victim{p, t, port}
	}
	v := run()
	for i, s := range squats() {
		tried++
		port := v.port
		if i%2 == 0 {
			v.Signal(syscall.SIGKILL) // it leaves behind where it was
			v.Wait()
		} else {
			v.Stop()
		}
		q, err := s.hold(t, port)
		if err != nil {
			t.Fatal(s, err)
		}
		if !s.later {
			// A launch that insists on the port fails.
			cmd := d.Command(target, "-no-tray", "-port", port)
			enter(cmd)
			insists := d.Spawn(cmd)
			if code := insists.Wait().ExitCode(); code != 1 {
				t.Errorf("%+v: exit status %d with -port: %s", s, code, insists.Stdout())
			}
			if page := browser.next(t, opened); !strings.HasPrefix(page, "http://127.0.0.1:") || strings.HasSuffix(page, ":"+port+"/") {
				t.Errorf("%+v: with -port the browser is opened on %s", s, page)
			}
			opened++
		}
		v = run()
		second := d.Command(target, "-no-tray")
		enter(second)
		if d.Spawn(second).Wait(); browser.next(t, opened) != v.URL {
			t.Errorf("%+v: a second launch opens %s", s, browser.next(t, opened))
		}
		opened++
		if s.later {
			// The program may have the port, but then the squatter cannot.
			if err := q.listen(); (err == nil) == (v.port == port) {
				t.Errorf("%+v: the program is at %s; the squatter listens at %s: %v", s, v.port, port, err)
			} else {
				held++
			}
		} else if v.port == port || q.visitors.Load() != 0 {
			t.Errorf("%+v: the program is at %s; %d came to the squatter at %s", s, v.port, q.visitors.Load(), port)
		} else {
			held++
		}
		q.free()
	}
	proof.Held(t, "the port is another user's, on one address or all: the program takes another, and the browser is opened there", tried, held)

	// While it runs, nobody else gets on its port.
	tried, held = 0, 0
	for _, s := range squats() {
		tried++
		q, err := s.hold(t, v.port)
		if err == nil && s.later {
			if err = q.listen(); err != nil {
				q.free()
			}
		}
		if err == nil {
			t.Errorf("%+v: somebody else listens as well", s)
			q.free()
		} else {
			held++
		}
	}
	proof.Held(t, "nobody listens beside the running program on its port", tried, held)
}
