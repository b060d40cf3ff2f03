//go:build !darwin && !windows

package app

import "syscall"

var ownSession = &syscall.SysProcAttr{Setsid: true}
