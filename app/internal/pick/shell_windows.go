package pick

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// These are classes and interfaces of the shell's dialogs, from shobjidl_core.h.
var (
	openDialog      = windows.GUID{Data1: 0xdc1c5a9c, Data2: 0xe88a, Data3: 0x4dde, Data4: [8]byte{0xa5, 0xa1, 0x60, 0xf8, 0x2a, 0x20, 0xae, 0xf7}}
	iFileOpenDialog = windows.GUID{Data1: 0xd57c7288, Data2: 0xd4ad, Data3: 0x4768, Data4: [8]byte{0xbe, 0x02, 0x9d, 0x96, 0x95, 0x32, 0xd9, 0x60}}
	saveDialog      = windows.GUID{Data1: 0xc0b4e2f3, Data2: 0xba21, Data3: 0x4773, Data4: [8]byte{0x8d, 0xba, 0x33, 0x5e, 0xc9, 0x46, 0xeb, 0x8b}}
	iFileSaveDialog = windows.GUID{Data1: 0x84bccd23, Data2: 0x5fde, Data3: 0x4cdb, Data4: [8]byte{0xae, 0xa4, 0xaf, 0x64, 0xb8, 0x3d, 0x78, 0xab}}

	iShellItem = windows.GUID{Data1: 0x43826d1e, Data2: 0xe718, Data3: 0x42ee, Data4: [8]byte{0xbc, 0x55, 0xa1, 0xe2, 0x61, 0xc3, 0x7b, 0xfe}}

	coCreateInstance = windows.NewLazySystemDLL("ole32.dll").NewProc("CoCreateInstance")
	createItem       = windows.NewLazySystemDLL("shell32.dll").NewProc("SHCreateItemFromParsingName")
)

// These are indexes of their methods.
const (
	release = 2

	dialogShow         = 3
	dialogSetFileTypes = 4
	dialogSetOptions   = 9
	dialogSetFolder    = 12
	dialogSetFileName  = 15
	dialogSetTitle     = 17
	dialogGetResult    = 20
	dialogGetResults   = 27 // of an open dialog

	itemGetDisplayName = 5

	itemsGetCount  = 7
	itemsGetItemAt = 8
)

// These are options of dialogs.
const (
	overwritePrompt = 0x2
	noChangeDir     = 0x8
	pickFolders     = 0x20
	forceFileSystem = 0x40
	allowMultiple   = 0x200
	pathMustExist   = 0x800
	fileMustExist   = 0x1000
)

// An object is a COM object.
type object struct{ methods *[64]uintptr }

// call calls a method. Pointers among the arguments stay valid until it returns.
//
//go:uintptrescapes
func (o *object) call(method int, args ...uintptr) error {
	result, _, _ := syscall.SyscallN(o.methods[method], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return resultError(result)
}

func (o *object) release() { o.call(release) }

// resultError returns the error for a COM result.
func resultError(result uintptr) error {
	const canceled = 0x800704c7 // ERROR_CANCELLED
	switch code := uint32(result); {
	case code == canceled:
		return ErrCanceled
	case int32(code) < 0:
		return fmt.Errorf("the Windows dialog: %w", syscall.Errno(code))
	}
	return nil
}

// A fileType is a COMDLG_FILTERSPEC.
type fileType struct{ name, pattern *uint16 }

// showShell shows a dialog and waits for it. It needs a thread of its own.
func showShell(r Request) ([]string, error) {
	const already = syscall.Errno(windows.S_FALSE) // by other code that had this thread
	if err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED|windows.COINIT_DISABLE_OLE1DDE); err != nil && err != already {
		return nil, err
	}
	defer windows.CoUninitialize()
	dialog, err := newShellDialog(r)
	if err != nil {
		return nil, err
	}
	defer dialog.release()
	const noOwner = 0 // the browser's window is not known
	if err := dialog.call(dialogShow, noOwner); err != nil {
		return nil, err
	}
	if r.Save {
		var item *object
		if err := dialog.call(dialogGetResult, uintptr(unsafe.Pointer(&item))); err != nil {
			return nil, err
		}
		path, err := pathOf(item)
		return []string{path}, err
	}
	var items *object
	if err := dialog.call(dialogGetResults, uintptr(unsafe.Pointer(&items))); err != nil {
		return nil, err
	}
	return pathsOf(items)
}

// newShellDialog returns a dialog for r.
func newShellDialog(r Request) (dialog *object, err error) {
	class, id := &openDialog, &iFileOpenDialog
	if r.Save {
		class, id = &saveDialog, &iFileSaveDialog
	}
	const inProcess = 1
	result, _, _ := coCreateInstance.Call(uintptr(unsafe.Pointer(class)), 0, inProcess, uintptr(unsafe.Pointer(id)), uintptr(unsafe.Pointer(&dialog)))
	if err := resultError(result); err != nil {
		return nil, err
	}
	title, err := windows.UTF16PtrFromString(r.title())
	if err == nil {
		// The order matters: under Wine, the option for folders sets a title.
		err = errors.Join(dialog.call(dialogSetOptions, shellOptions(r)), dialog.call(dialogSetTitle, uintptr(unsafe.Pointer(title))))
	}
	if err == nil && r.Name != "" {
		var name *uint16
		if name, err = windows.UTF16PtrFromString(r.Name); err == nil {
			err = dialog.call(dialogSetFileName, uintptr(unsafe.Pointer(name)))
		}
	}
	if err == nil && r.Dir != "" {
		err = setFolder(dialog, r.Dir)
	}
	if err == nil && len(r.Types) > 0 {
		err = setFileTypes(dialog, r.Types)
	}
	if err != nil {
		dialog.release()
		return nil, err
	}
	return dialog, nil
}

// setFolder makes the dialog start in a folder. If the folder does not exist, it has no
// effect.
func setFolder(dialog *object, dir string) error {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	var folder *object
	result, _, _ := createItem.Call(uintptr(unsafe.Pointer(path)), 0, uintptr(unsafe.Pointer(&iShellItem)), uintptr(unsafe.Pointer(&folder)))
	if resultError(result) != nil {
		return nil
	}
	defer folder.release()
	return dialog.call(dialogSetFolder, uintptr(unsafe.Pointer(folder)))
}

func shellOptions(r Request) uintptr {
	options := uintptr(noChangeDir | forceFileSystem | pathMustExist)
	switch {
	case r.Save:
		options |= overwritePrompt
	case r.Folder:
		options |= pickFolders
	default:
		options |= fileMustExist
	}
	if r.Multiple {
		options |= allowMultiple
	}
	return options
}

func setFileTypes(dialog *object, types []string) error {
	var specs [2]fileType
	for i, texts := range [][2]string{{typesText(types), "*" + strings.Join(types, ";*")}, {allFiles, "*"}} {
		name, err := windows.UTF16PtrFromString(texts[0])
		if err != nil {
			return err
		}
		pattern, err := windows.UTF16PtrFromString(texts[1])
		if err != nil {
			return err
		}
		specs[i] = fileType{name, pattern}
	}
	err := dialog.call(dialogSetFileTypes, uintptr(len(specs)), uintptr(unsafe.Pointer(&specs)))
	runtime.KeepAlive(&specs)
	return err
}

// pathsOf returns the paths of a list of items, and releases it.
func pathsOf(items *object) (paths []string, err error) {
	defer items.release()
	var count uint32
	if err := items.call(itemsGetCount, uintptr(unsafe.Pointer(&count))); err != nil {
		return nil, err
	}
	for i := range count {
		var item *object
		if err := items.call(itemsGetItemAt, uintptr(i), uintptr(unsafe.Pointer(&item))); err != nil {
			return nil, err
		}
		path, err := pathOf(item)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// pathOf returns the path of an item, and releases it.
func pathOf(item *object) (string, error) {
	defer item.release()
	const fileSystemPath = 0x80058000
	var text *uint16
	if err := item.call(itemGetDisplayName, fileSystemPath, uintptr(unsafe.Pointer(&text))); err != nil {
		return "", err
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(text))
	return windows.UTF16PtrToString(text), nil
}
