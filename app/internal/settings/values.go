package settings

import (
	"fmt"

	"github.com/dibbler-app/dibbler/app/internal/ports"
)

// Values are what can be set. The zero value is not the default: see [Open].
type Values struct {
	// Port is the port to try first, last time's. 0 means that there was no
	// last time.
	Port int
	// OpenBrowser says whether the start opens the page in the browser. True
	// by default.
	OpenBrowser bool
	// OtherUsers says whether other users of this computer are let in.
	OtherUsers bool
}

func defaults() Values { return Values{OpenBrowser: true} }

// fields are the file's keys and where their values belong.
var fields = map[string]func(*Values) any{
	"port":        func(v *Values) any { return &v.Port },
	"openBrowser": func(v *Values) any { return &v.OpenBrowser },
	"otherUsers":  func(v *Values) any { return &v.OtherUsers },
}

// Check returns an error that names the first key whose value cannot be used,
// and says why.
func (v Values) Check() error {
	if v.Port == 0 {
		return nil
	}
	if err := ports.Check(v.Port); err != nil {
		return fmt.Errorf("port: %w", err)
	}
	return nil
}
