package owner

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/windows"
)

// These tests use only IPv4, and not Test, so that they also work under Wine, which does
// not know the processes of IPv6 connections.

func openTable(t *testing.T) tcpTable {
	t.Helper()
	source, err := openTCPTable()
	if err != nil {
		t.Fatal(err)
	}
	return source.(tcpTable)
}

func TestTCPTable(t *testing.T) {
	table := openTable(t)
	dialed, accepted := dial(t, listen(t, "127.0.0.1:0"))
	peer, local, err := ends(accepted)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.check(peer, local); err != nil {
		t.Error(err)
	}
	row, err := findTCPRow(peer, local)
	if err != nil || row.pid != uint32(os.Getpid()) {
		t.Errorf("found %+v, %v; want process %d", row, err, os.Getpid())
	}
	if err := New().checkConnected(accepted); err != nil {
		t.Error(err)
	}

	if _, err := dialed.Write([]byte{'!'}); err != nil {
		t.Fatal(err)
	}
	if err := dialed.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := New().checkConnected(accepted); err != nil {
		t.Error("after the peer closed its sending half:", err)
	}
	if err := table.check(peer, local); err != nil {
		t.Error("after the peer closed its sending half:", err)
	}

	elsewhere := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.9"), peer.Port())
	if err := table.check(elsewhere, local); !errors.Is(err, ErrGone) {
		t.Errorf("the same port on another address: %v, want %v", err, ErrGone)
	}
	someoneElse, err := windows.CreateWellKnownSid(windows.WinLocalSystemSid)
	if err != nil {
		t.Fatal(err)
	}
	if err := (tcpTable{user: someoneElse}).check(peer, local); !errors.Is(err, ErrOtherUser) {
		t.Errorf("for the system's account: %v, want %v", err, ErrOtherUser)
	}

	reset(t, dialed)
	if err := table.check(peer, local); !errors.Is(err, ErrGone) {
		t.Errorf("after a reset: %v, want %v", err, ErrGone)
	}
	if err := New().checkConnected(accepted); !errors.Is(err, ErrGone) {
		t.Errorf("our own end, after a reset: %v, want %v", err, ErrGone)
	}
}

func TestMadeBy(t *testing.T) {
	var started, ended, inKernel, inUser windows.Filetime
	process := windows.CurrentProcess()
	if err := windows.GetProcessTimes(process, &started, &ended, &inKernel, &inUser); err != nil {
		t.Fatal(err)
	}
	at := filetime(uint64(started.HighDateTime)<<32 | uint64(started.LowDateTime))
	if err := madeBy(process, tcpRow{created: at}); err != nil {
		t.Error(err)
	}
	if err := madeBy(process, tcpRow{created: at.AddDate(0, 0, -1)}); !errors.Is(err, ErrGone) {
		t.Errorf("a connection of the day before: %v, want %v", err, ErrGone)
	}
}

func TestTCPTable_otherProcess(t *testing.T) {
	table := openTable(t)
	listener := listen(t, "127.0.0.1:0")
	child := exec.Command(os.Args[0], "peer", listener.Addr().String())
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	peer, local, err := ends(accepted)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.check(peer, local); err != nil {
		t.Errorf("a child process: %v", err)
	}
	stdin.Close()
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
	if err := table.check(peer, local); !errors.Is(err, ErrGone) {
		t.Errorf("a process that has ended: %v, want %v", err, ErrGone)
	}
}
