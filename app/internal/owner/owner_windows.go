package owner

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// sources are the sources of this system.
var sources = []func() (source, error){openTCPTable}

var (
	getExtendedTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")
	wsaPoll             = windows.NewLazySystemDLL("ws2_32.dll").NewProc("WSAPoll")
)

// tcpTable gets the process at the peer's end, and the user in the process's token.
type tcpTable struct {
	user *windows.SID
}

func openTCPTable() (source, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, os.NewSyscallError("GetTokenInformation", err)
	}
	sid, err := user.User.Sid.Copy()
	if err != nil {
		return nil, os.NewSyscallError("CopySid", err)
	}
	return tcpTable{user: sid}, nil
}

func (tcpTable) close() error { return nil }

// check finds the process, opens it, so that its ID cannot be reused, and then finds it
// once more: before it was opened, the process may have ended and its ID may have been
// reused.
func (t tcpTable) check(peer, local netip.AddrPort) error {
	row, err := findTCPRow(peer, local)
	if err != nil {
		return err
	}
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, row.pid)
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return fmt.Errorf("%w: process %d has ended", ErrGone, row.pid)
	}
	if err != nil {
		return notAllowed("OpenProcess", row.pid, err)
	}
	defer windows.CloseHandle(process)

	again, err := findTCPRow(peer, local)
	if err != nil {
		return err
	}
	if again.pid != row.pid || !again.created.Equal(row.created) {
		return fmt.Errorf("%w: its process changed", ErrGone)
	}
	if err := madeBy(process, row); err != nil {
		return err
	}
	return t.isUserOf(process, row.pid)
}

// findTCPRow returns the live row of the peer's end.
func findTCPRow(peer, local netip.AddrPort) (tcpRow, error) {
	layouts := []tcpLayout{tcpLayout6}
	if peer.Addr().Is4() {
		layouts = []tcpLayout{tcpLayout4, tcpLayout6} // the second table has IPv6 sockets that are connected over IPv4
	}
	for _, layout := range layouts {
		table, err := readTCPTable(layout.family)
		if err != nil {
			return tcpRow{}, err
		}
		row, ok, err := layout.find(table, peer, local)
		if err != nil {
			return tcpRow{}, err
		}
		if ok {
			return row, nil
		}
	}
	return tcpRow{}, ErrGone
}

// readTCPTable returns the table of all TCP connections of an address family.
func readTCPTable(family int) ([]byte, error) {
	const ownerModuleAll = 8 // TCP_TABLE_OWNER_MODULE_ALL, which has times
	const tries = 10         // the table may grow after its size was returned
	size := uint32(64 << 10)
	for range tries {
		table := make([]byte, size)
		code, _, _ := getExtendedTCPTable.Call(
			uintptr(unsafe.Pointer(&table[0])), uintptr(unsafe.Pointer(&size)),
			0, uintptr(family), ownerModuleAll, 0)
		switch err := windows.Errno(code); err {
		case windows.NO_ERROR:
			return table, nil
		case windows.ERROR_INSUFFICIENT_BUFFER:
			size += size / 8
		default:
			return nil, os.NewSyscallError("GetExtendedTcpTable", err)
		}
	}
	return nil, os.NewSyscallError("GetExtendedTcpTable", windows.ERROR_INSUFFICIENT_BUFFER)
}

// madeBy returns an error if the process is younger than its connection. The table has
// only the ID of the process that made the connection. That process may have passed the
// connection to a child and ended, and another process may have its ID now. A clock that
// was set back causes the same error, until the process is restarted.
func madeBy(process windows.Handle, row tcpRow) error {
	if row.created.IsZero() {
		return nil // unknown
	}
	var started, ended, inKernel, inUser windows.Filetime
	if err := windows.GetProcessTimes(process, &started, &ended, &inKernel, &inUser); err != nil {
		return os.NewSyscallError("GetProcessTimes", err)
	}
	// Both times come from clocks with steps of up to 15.6 ms, which need not be the
	// same.
	const steps = 2 * 16 * time.Millisecond
	if time.Unix(0, started.Nanoseconds()).After(row.created.Add(steps)) {
		return fmt.Errorf("%w: process %d is younger than the connection", ErrGone, row.pid)
	}
	return nil
}

// isUserOf returns nil if the process runs as this user.
func (t tcpTable) isUserOf(process windows.Handle, pid uint32) error {
	var token windows.Token
	if err := windows.OpenProcessToken(process, windows.TOKEN_QUERY, &token); err != nil {
		return notAllowed("OpenProcessToken", pid, err)
	}
	defer token.Close()
	user, err := token.GetTokenUser()
	if err != nil {
		return os.NewSyscallError("GetTokenInformation", err)
	}
	if !user.User.Sid.Equals(t.user) {
		return fmt.Errorf("%w: process %d of %v", ErrOtherUser, pid, user.User.Sid)
	}
	return nil
}

// notAllowed explains an error of opening a process. An ordinary user may not open
// processes of other users, and not the user's own processes that run as administrator.
func notAllowed(call string, pid uint32, err error) error {
	err = os.NewSyscallError(call, err)
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return fmt.Errorf("%w, or runs as administrator: process %d: %w", ErrOtherUser, pid, err)
	}
	return fmt.Errorf("process %d: %w", pid, err)
}

// socketConnected reports whether our own socket is connected, and not reset.
func socketConnected(fd uintptr) (bool, error) {
	poll := struct {
		fd              windows.Handle
		events, revents int16
	}{fd: windows.Handle(fd), events: pollRead}
	n, _, err := wsaPoll.Call(uintptr(unsafe.Pointer(&poll)), 1, 0)
	if int32(n) < 0 {
		return false, os.NewSyscallError("WSAPoll", err)
	}
	return pollConnected(poll.revents), nil
}
