package windows_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// inOwnNetwork is set in the environment of a process with its own network.
const inOwnNetwork = "DIBBLER_OWN_NETWORK"

// useOwnNetwork runs this process again in its own network, which has only loopback, and ends
// with its exit status. It returns in that process, and if the system does not allow a network.
//
// When the program asks for the owner of a connection, wine needs milliseconds for each
// connection of the machine. With thousands of connections the tests would not end.
func useOwnNetwork() {
	if os.Getenv(inOwnNetwork) != "" {
		if err := errors.Join(hideScreens(), raiseLoopback()); err != nil {
			panic(err)
		}
		return
	}
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(exe, os.Args[1:]...)
	cmd.Env = append(os.Environ(), inOwnNetwork+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}
	}
	runtime.LockOSThread() // the child dies with this thread
	if err := cmd.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "no network for the tests, which may be slow: %v\n", err)
		runtime.UnlockOSThread()
		return
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		panic(err)
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		os.Exit(code)
	}
	panic(err) // a signal ended it
}

// hideScreens gives this process its own folder of screens. In its own network, a new screen does
// not see the numbers of others, and would replace their files.
func hideScreens() error {
	const screens = "/tmp/.X11-unix"
	if err := os.Mkdir(screens, 0o1777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// Only this process and its children see later mounts.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return os.NewSyscallError("mount", err)
	}
	return os.NewSyscallError("mount", unix.Mount("screens", screens, "tmpfs", 0, "mode=1777"))
}

// raiseLoopback turns loopback on: it is off in a new network.
func raiseLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request)
}
