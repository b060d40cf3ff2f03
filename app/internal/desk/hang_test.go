package desk

import "testing"

// TestPluginHangs: a plug-in that hangs does not hold up the start, an action, or the
// end; where it would, the test does not end.
func TestPluginHangs(t *testing.T) {
	asked, release := make(chan struct{}, 10), make(chan struct{})
	t.Cleanup(func() { close(release) })
	d := run(t, func() Info {
		asked <- struct{}{}
		<-release
		return Info{}
	})
	<-asked // at the start
	d.Served()
	d.Refresh()
	if len(asked) > 0 {
		t.Error("it was asked again before it had answered")
	}
	d.life.Shutdown()
	if err := <-d.ended; err != nil {
		t.Errorf("the end had to cut: %v", err)
	}
}
