//go:build darwin || windows

package desk

import "syscall"

// ownSession is nil, because the system starts the browser, and Ctrl-C does not reach it.
var ownSession *syscall.SysProcAttr
