//go:build !darwin && !windows

package desk

import "syscall"

var ownSession = &syscall.SysProcAttr{Setsid: true}
