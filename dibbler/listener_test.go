package dibbler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"slices"
	"testing"
	"time"
)

// echo answers each line, as the protocols of SpamBayes's proxies do.
func echo(ctx context.Context, conn net.Conn) {
	text := textproto.NewConn(conn)
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		if line == "panic" {
			panic("asked for")
		}
		if err := text.PrintfLine("you said %s", line); err != nil {
			return
		}
	}
}

func listens(t testing.TB, l *Listener) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", l.NetAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestListener(t *testing.T) {
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: echo}
	s := register(t, &pages1{})
	e := start(t, &Context{}, s, l)
	conn := listens(t, l)
	in := bufio.NewReader(conn)
	for _, line := range []string{"hello", "again"} {
		fmt.Fprintf(conn, "%s\r\n", line)
		if got, err := in.ReadString('\n'); got != "you said "+line+"\r\n" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if _, body := get(t, s.URL()+"first"); body != "first of 1" {
		t.Errorf("the server beside the listener answers %q", body)
	}
	// Lines that were sent before the end are answered. Then the connection is closed.
	fmt.Fprint(conn, "last\r\n")
	e.Stop()
	if rest, err := io.ReadAll(in); string(rest) != "you said last\r\n" {
		t.Errorf("%q, %v", rest, err)
	}
	e.wantEnd()
}

func TestListener_filter(t *testing.T) {
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: echo, Filter: filterFunc(func(net.Conn) bool { return false })}
	start(t, &Context{}, l)
	conn := listens(t, l)
	if b, err := io.ReadAll(conn); len(b) > 0 {
		t.Errorf("%q, %v", b, err)
	}
}

func TestListener_panic(t *testing.T) {
	var logs logBuffer
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: echo, Logger: logs.logger()}
	start(t, &Context{}, l)
	bad, good := listens(t, l), listens(t, l)
	fmt.Fprint(bad, "panic\r\n")
	if b, err := io.ReadAll(bad); len(b) > 0 {
		t.Errorf("%q, %v", b, err)
	}
	wantText(t, logs.String(), "asked for")
	fmt.Fprint(good, "hello\r\n")
	if got, err := bufio.NewReader(good).ReadString('\n'); got != "you said hello\r\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestListener_readWhileEnding(t *testing.T) {
	got, begun := make(chan error, 2), make(chan bool)
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: func(ctx context.Context, conn net.Conn) {
		if err := conn.SetDeadline(time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
		close(begun)
		for range 2 {
			_, err := conn.Read(make([]byte, 1))
			got <- err
			if err := conn.SetReadDeadline(time.Time{}); err != nil {
				t.Error(err)
			}
		}
		if ctx.Err() != nil {
			t.Error("the context was canceled before DrainTimeout")
		}
	}}
	e := start(t, &Context{}, l)
	listens(t, l)
	<-begun
	e.Stop()
	for range 2 {
		if err := <-got; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	}
	e.wantEnd()
}

func TestListener_cut(t *testing.T) {
	begun := make(chan bool)
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: func(ctx context.Context, conn net.Conn) {
		close(begun)
		<-ctx.Done()
	}}
	e := start(t, &Context{DrainTimeout: time.Millisecond}, l)
	conn := listens(t, l)
	<-begun
	e.Stop()
	want := []string{fmt.Sprintf("connection from %v at %v", conn.LocalAddr(), l.NetAddr())}
	if got := cutOf(e.wait()); !slices.Equal(got, want) {
		t.Errorf("cut %q, want %q", got, want)
	}
}

func TestAdd_checks(t *testing.T) {
	var c Context
	defer c.Close()
	for _, s := range []Service{&Listener{ServeConn: echo}, &Listener{Addr: "127.0.0.1:0"}, &Listener{Addr: "127.0.0.1:0", ServeConn: echo, MaxConns: -1}, &Task{Name: "idle"}, &Listener{Addr: "nonsense", ServeConn: echo}} {
		if err := c.Add(s); err == nil {
			t.Errorf("%#v was accepted", s)
		}
	}
}

func TestListener_stuck(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: func(ctx context.Context, conn net.Conn) {
		conn.Close()
		close(begun)
		<-release
	}}
	e := start(t, &Context{DrainTimeout: time.Millisecond}, l)
	listens(t, l)
	<-begun
	e.Stop()
	got := cutOf(e.wait())
	close(release)
	if len(got) != 1 {
		t.Errorf("cut %q", got)
	}
}
