// Clicker sends the message to the icon of another program that Windows sends for a click on
// a notice. Wine does not send it.
package main

import (
	"log"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

func main() {
	user32 := windows.NewLazySystemDLL("user32.dll")
	class, err := syscall.UTF16PtrFromString("SystrayClass")
	if err != nil {
		log.Fatal(err)
	}
	window, _, err := user32.NewProc("FindWindowW").Call(uintptr(unsafe.Pointer(class)), 0)
	if window == 0 {
		log.Fatal("no icon: ", err)
	}
	const (
		message = 0x0400 + 1 // of the icon
		icon    = 100
		click   = 0x0400 + 5 // NIN_BALLOONUSERCLICK
	)
	if ok, _, err := user32.NewProc("PostMessageW").Call(window, message, icon, click); ok == 0 {
		log.Fatal(err)
	}
}
