package settings

import (
	"fmt"

	"github.com/dibbler-app/dibbler/app/internal/ports"
)

// Values are the settings. The zero value does not have the defaults; see [Open].
type Values struct {
	// Port is the port of last time, which is tried first. 0 means that there is none.
	Port int
	// OpenBrowser is whether the start of the program opens the page in the browser. The
	// default is true.
	OpenBrowser bool
	// OtherUsers is whether other users of this computer are allowed.
	OtherUsers bool
}

func defaults() Values { return Values{OpenBrowser: true} }

// fields maps the keys of the file to the fields of Values.
var fields = map[string]func(*Values) any{
	"port":        func(v *Values) any { return &v.Port },
	"openBrowser": func(v *Values) any { return &v.OpenBrowser },
	"otherUsers":  func(v *Values) any { return &v.OtherUsers },
}

// Check returns an error for the first key with a bad value.
func (v Values) Check() error {
	if v.Port == 0 {
		return nil
	}
	if err := ports.Check(v.Port); err != nil {
		return fmt.Errorf("port: %w", err)
	}
	return nil
}
