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

// inOwnNetwork is set in the environment of a process that has a network of its
// own.
const inOwnNetwork = "DIBBLER_OWN_NETWORK"

// useOwnNetwork runs this process again in a network of its own, with nothing in
// it but loopback, and ends with its exit status. It returns in that process, and
// where the system allows no such network.
//
// Wine takes milliseconds for each connection of the machine when the program asks
// whose one of them is. On a machine with thousands of them the tests would not
// end.
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
	runtime.LockOSThread() // its end would be the child's
	if err := cmd.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "in the machine's own network, which may take long: %v\n", err)
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

// hideScreens lets this process have a folder of screens of its own. In a network
// of its own a screen does not find out which numbers others have, and would take
// their files from them.
func hideScreens() error {
	const screens = "/tmp/.X11-unix"
	if err := os.Mkdir(screens, 0o1777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// What is mounted here from now on is seen by this process and its children.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return os.NewSyscallError("mount", err)
	}
	return os.NewSyscallError("mount", unix.Mount("screens", screens, "tmpfs", 0, "mode=1777"))
}

// raiseLoopback turns loopback on, which is off in a new network.
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
