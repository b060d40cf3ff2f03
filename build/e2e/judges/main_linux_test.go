package judges

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The program that is judged, once built.
var calendar string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{&calendar: "../../.."})
}

// start starts the calendar.
func start(t *testing.T) (*desktop.Desktop, *tool.Running) {
	t.Helper()
	d := desktop.Start(t)
	return d, tool.Start(t, d, nil, calendar, "-no-browser", "-no-tray")
}

// ask runs a judge to its end, and returns what it says.
func ask(t *testing.T, d *desktop.Desktop, program string, args ...string) string {
	t.Helper()
	out, err := d.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

// use has an owner get the page at url until leave is called, over and over, each
// time by a connection of its own, with a pause that leaves the machine to the
// judge. leave tells how often that was tried and held.
func use(t *testing.T, url string) (leave func() (tried, held int)) {
	leaving, left := make(chan struct{}), make(chan struct{})
	var tried, held int
	go func() {
		defer close(left)
		for {
			tried++
			if err := get(url); err != nil {
				t.Error(err)
			} else {
				held++
			}
			select {
			case <-leaving:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() (int, int) {
		close(leaving)
		<-left
		return tried, held
	}
}

func get(url string) error {
	resp, err := tool.Client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s, %v\n%s", url, resp.Status, err, body)
	}
	return nil
}
