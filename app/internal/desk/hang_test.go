package desk

import (
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

// A hanger hangs when it is asked for its lines, and tells that it was.
type hanger struct{ asked, release chan struct{} }

func (h hanger) TrayItems() []dibbler.TrayItem {
	h.asked <- struct{}{}
	<-h.release
	return nil
}

// TestPluginHangs: a plug-in that hangs does not hold up the start, an action, or the
// end; where it would, the test does not end.
func TestPluginHangs(t *testing.T) {
	h := hanger{make(chan struct{}, 10), make(chan struct{})}
	t.Cleanup(func() { close(h.release) })
	d := run(t, h)
	<-h.asked // at the start
	d.Served()
	<-h.asked // because of that
	d.Refresh()
	d.life.Shutdown()
	if err := <-d.ended; err != nil {
		t.Errorf("the end had to cut: %v", err)
	}
}
