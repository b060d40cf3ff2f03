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
		{0, 23456, 8888, 23456}, // the owner has chosen 23456 since the start
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

// TestFirst: the port of an ID must not change, because the owner would lose cookies and
// storage.
func TestFirst(t *testing.T) {
	for id, want := range map[string]int{
		"dibbler":              8888,
		"com.example.teatimer": 28863,
		"org.example.calendar": 22439,
		"greeter":              27725,
		"tool-2375":            27020, // MongoDB uses 27017 to 27019
	} {
		if got := First(id); got != want {
			t.Errorf("%s: %d, want %d", id, got, want)
		}
	}
}

// TestFirst_distribution: browsers open the ports, systems do not assign them, and the
// IDs are distributed evenly.
func TestFirst_distribution(t *testing.T) {
	const ids, parts = 100_000, 100
	users := map[int]int{}
	var part [parts]int
	for i := range ids {
		port := First(fmt.Sprintf("org.example.tool-%d", i))
		if err := ports.Check(port); err != nil {
			t.Fatal(err)
		}
		if port <= 15000 || port >= 32768 || servers[port] {
			t.Fatalf("port %d is not free for tools", port)
		}
		users[port]++
		part[(port-20000)*parts/10000]++
	}
	if len(users) < 9900 {
		t.Errorf("only %d ports are used", len(users))
	}
	// The chi-squared distribution of 99 degrees of freedom is above 149 once in a
	// thousand samples; this one is always the same.
	const want = ids / parts
	var chi float64
	for _, n := range part {
		chi += float64((n-want)*(n-want)) / want
	}
	if chi > 149 {
		t.Errorf("chi-squared is %.0f: %v", chi, part)
	}
}
