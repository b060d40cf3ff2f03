package address

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/ports"
	"github.com/dibbler-app/dibbler/app/internal/settings"
)

func TestRemember(t *testing.T) {
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
		if err := Remember(test.port, test.last, store); err != nil {
			t.Error(err)
		}
		if got := store.Values().Port; got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}

// A change of these ports takes from tools what browsers keep for them.
func TestFirst(t *testing.T) {
	for id, want := range map[string]int{"dibbler": 8888, "teatimer": 21718, "com.example.teatimer": 28863, "com.example.expenses": 28709} {
		if got := First(id); got != want {
			t.Errorf("%s: %d, want %d", id, got, want)
		}
	}
	taken := map[int]bool{}
	const tools = 1000
	for i := range tools {
		port := First(fmt.Sprintf("com.example.tool%d", i))
		taken[port] = true
		if err := ports.Check(port); err != nil || port < lowest || port >= lowest+number {
			t.Errorf("%d: %v", port, err)
		}
	}
	if len(taken) < tools*9/10 {
		t.Errorf("%d tools share %d ports", tools, len(taken))
	}
}
