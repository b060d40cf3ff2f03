package desk

import "testing"

// TestPluginHangs: a plug-in that hangs does not delay the start, an action, or the end.
// If it did, the test would not end.
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
		t.Error("the plug-in was asked again before it had answered")
	}
	d.life.Shutdown()
	if err := <-d.ended; err != nil {
		t.Errorf("something was cut off at the end: %v", err)
	}
}
