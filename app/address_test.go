package app

import (
	"path/filepath"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/settings"
)

func TestRememberPort(t *testing.T) {
	for _, test := range []struct{ last, now, port, want int }{
		{0, 0, 8888, 8888},
		{8888, 8888, 8888, 8888},
		{8888, 8888, 9999, 9999},
		{0, 23456, 8888, 23456}, // which the owner has chosen since the start
		{8888, 23456, 9999, 23456},
	} {
		store, _ := settings.Open(filepath.Join(t.TempDir(), "settings.json"))
		if err := store.Update(func(v *settings.Values) { v.Port = test.now }); err != nil {
			t.Fatal(err)
		}
		if err := rememberPort(test.port, test.last, store); err != nil {
			t.Error(err)
		}
		if got := store.Values().Port; got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}
