package dirs

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/windows"
)

func userID() (string, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", fmt.Errorf("find out who runs the program: %w", err)
	}
	return user.User.Sid.String(), nil
}

// keepPrivate returns an error if the folder belongs to another user. The Administrators
// and the system are accepted, because they can read everything anyway, and files of a
// process with administrator rights belong to the Administrators.
func keepPrivate(path string) (wasOpen bool, err error) {
	security, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return false, fmt.Errorf("find the owner of %s: %w", path, err)
	}
	owner, _, err := security.Owner()
	if err != nil {
		return false, fmt.Errorf("find the owner of %s: %w", path, err)
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return false, fmt.Errorf("find out who runs the program: %w", err)
	}
	if owner.Equals(user.User.Sid) ||
		owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) ||
		owner.IsWellKnown(windows.WinLocalSystemSid) {
		return false, nil
	}
	return false, fmt.Errorf("%s belongs to %s, and this is %s; remove it or run the program as its owner", path, owner, user.User.Sid)
}

// checkOwner does nothing, because keepPrivate checks the owner, and other users cannot
// write to the temporary folder; see checkShared.
func checkOwner(string, fs.FileInfo) error { return nil }

// checkShared does nothing, because the temporary folder is in the user's profile.
func checkShared(string) error { return nil }

// checkWritable does nothing, because the owner of a folder may write to it.
func checkWritable(string) error { return nil }

func notWritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, windows.ERROR_WRITE_PROTECT)
}
