package faults

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A plug-in panics a hundred times a second.
func TestPlugin_panics(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, badTool, quiet...)
	times := proof.Times(400, 12_000)
	beat := time.NewTicker(10 * time.Millisecond)
	defer beat.Stop()
	said, served := 0, 0
	largest := int64(0)
	var before memory
	for i := range times {
		if i == times/5 {
			before = memoryOf(t, p)
		}
		<-beat.C
		if isPanicPage(t, p.URL+"panic") {
			said++
		}
		if answered(p.URL) {
			served++
		}
		largest = max(largest, logSize(t, d))
	}
	proof.Held(t, "a plug-in's panic, 100 a second, is a page that says so", times, said)
	proof.Held(t, "pages between them are served", times, served)
	if largest > 3<<20 {
		t.Errorf("the log grew to %d bytes", largest)
	}
	var after memory
	defer func() { t.Logf("memory before: %+v, after: %+v; log: %d bytes", before, after, largest) }()
	desktop.Await(t, "the memory to be as it was", func() bool {
		after = memoryOf(t, p)
		return after.goroutines <= before.goroutines && after.bytes < before.bytes+1<<20
	})
	p.Stop()
}

func isPanicPage(t *testing.T, url string) bool {
	resp, err := tool.Client.Get(url)
	if err != nil {
		t.Error(err)
		return false
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	return err == nil && resp.StatusCode == http.StatusInternalServerError && strings.Contains(string(page), "this plug-in is bad")
}

// logSize is how many bytes of log there are.
func logSize(t *testing.T, d *desktop.Desktop) (size int64) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(d.Home(), ".local/state/bad-tool/log*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range logs {
		if info, err := os.Stat(log); err == nil { // it may just have been removed
			size += info.Size()
		}
	}
	return size
}

// memory is what a tool has in use after a garbage collection.
type memory struct {
	bytes      int
	goroutines int
}

func memoryOf(t *testing.T, p *tool.Running) (m memory) {
	t.Helper()
	if _, err := fmt.Sscan(tool.Get(t, p.URL+"memory"), &m.bytes, &m.goroutines); err != nil {
		t.Fatal(err)
	}
	return m
}
