package apptest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/app/internal/faketest"
)

// If an element is missing, the test ends with a message that lists the existing ones.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const fields = `<form id="f"><label>Name <input name="n"></label>
<label>Old <input name="o" readonly></label><label>Grey <input name="g" disabled></label>
<label>Tea <select name="t"><option>Green<option disabled>Black</select></label>
<label><input type="checkbox" name="c"> Strong</label><label><input type="radio" name="r"> Hot</label>
<label>Sums <input type="file" name="s"></label>
<button>Send</button><button disabled>Wait</button><button type="reset">Clear</button><button formmethod="dialog">Close</button>
</form><form><label>Twice <input name="a"></label><button>Save</button></form><form aria-label="Second"><label>Twice <input name="b"></label><button>Save</button></form>
<button form="none">Lost</button><a href="http://elsewhere.test/">Away</a><a href="mailto:ada@example.org">Write</a><a href=":">Bad</a>
<ul><li>Coffee 1<li>Coffee 2</ul>`
	for name, test := range map[string]struct {
		do   func(page *apptest.Page)
		want string
	}{
		"no field":        {func(page *apptest.Page) { page.Fill("Nmae", "x") }, `/ has no field "Nmae"; it has ["Name" "Old" "Grey" "Tea" "Strong" "Hot" "Sums" "Twice" "Twice"]`},
		"value":           {func(page *apptest.Page) { page.Value("Nmae") }, `has no field "Nmae"`},
		"error":           {func(page *apptest.Page) { page.Error("Nmae") }, `has no field "Nmae"`},
		"twice":           {func(page *apptest.Page) { page.Fill("Twice", "x") }, `has the field "Twice" 2 times; choose one with In`},
		"read-only":       {func(page *apptest.Page) { page.Fill("Old", "x") }, `"Old" on / is read-only`},
		"disabled":        {func(page *apptest.Page) { page.Fill("Grey", "x") }, `"Grey" on / is disabled`},
		"no option":       {func(page *apptest.Page) { page.Fill("Tea", "White") }, `"Tea" on / has no option "White"; it has ["Green" "Black"]`},
		"disabled option": {func(page *apptest.Page) { page.Fill("Tea", "Black") }, `the option "Black" of "Tea" on / is disabled`},
		"fill a box":      {func(page *apptest.Page) { page.Fill("Strong", "yes") }, "use Check"},
		"fill a file":     {func(page *apptest.Page) { page.Fill("Sums", "yes") }, "use Attach"},
		"check a text":    {func(page *apptest.Page) { page.Check("Name", true) }, `has no checkbox or radio button "Name"; it has ["Strong" "Hot"]`},
		"radio off":       {func(page *apptest.Page) { page.Check("Hot", false) }, "check another one"},
		"attach to text":  {func(page *apptest.Page) { page.Attach("Name", "x", "") }, `"Name" on / takes no files`},
		"no button":       {func(page *apptest.Page) { page.Click("Sned") }, `has no button or link "Sned"; it has ["Send" "Wait" "Clear" "Close" "Save" "Save" "Lost" "Away" "Write" "Bad"]`},
		"page is shown":   {func(page *apptest.Page) { page.Click("Sned") }, "\n\nName Old Grey Tea Strong Hot Sums Send Wait Clear Close\n"},
		"two buttons":     {func(page *apptest.Page) { page.Click("Save") }, `has the button or link "Save" 2 times`},
		"disabled button": {func(page *apptest.Page) { page.Click("Wait") }, `"Wait" on / is disabled`},
		"reset":           {func(page *apptest.Page) { page.Click("Clear") }, "is for a script"},
		"no form":         {func(page *apptest.Page) { page.Click("Lost") }, `the button "Lost" on / does not send a form`},
		"dialog":          {func(page *apptest.Page) { page.Click("Close") }, "closes a dialog"},
		"elsewhere":       {func(page *apptest.Page) { page.Click("Away") }, `"Away" on / leads to http://elsewhere.test/, which is not a page of the tool`},
		"mail":            {func(page *apptest.Page) { page.Click("Write") }, "leads to mailto:ada@example.org"},
		"bad address":     {func(page *apptest.Page) { page.Click("Bad") }, `"Bad" on / leads to a bad address`},
		"no part":         {func(page *apptest.Page) { page.In("Third") }, `no part called "Third", and no row with that text; its parts are ["Second"]`},
		"two rows":        {func(page *apptest.Page) { page.In("Coffee") }, `2 parts called "Coffee", or rows with that text`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := faketest.Run(func(t testing.TB) {
				test.do(startSite(t, site{html: fields}).Get("/"))
				t.Errorf("no error")
			})
			if !strings.Contains(said, test.want) || strings.Contains(said, "no error") {
				t.Errorf("got %s\nwant %s", said, test.want)
			}
		})
	}
}

func TestMistakes_program(t *testing.T) {
	t.Parallel()
	full := site{start: func(_ context.Context, tool *app.Tool) error {
		return tool.OnFlush(func(context.Context) error { return errors.New("the disk is full") })
	}}
	for name, test := range map[string]struct {
		do   func(t testing.TB)
		want string
	}{
		"start":        {func(t testing.TB) { apptest.Start(t, app.App{Name: "Empty", Plugins: []any{struct{}{}}}) }, "Empty does not start: "},
		"no name":      {func(t testing.TB) { apptest.Start(t, app.App{}) }, "App.Name is empty"},
		"bad flag":     {func(t testing.TB) { startSite(t, site{}, "-prot", "1") }, "flag provided but not defined: -prot"},
		"another verb": {func(t testing.TB) { startSite(t, site{}, "-quit") }, `the arguments ["-quit"] do not start the program`},
		"starts":       {func(t testing.TB) { apptest.StartError(t, app.App{Name: "Site", Plugins: []any{site{}}}) }, "Site started without an error"},
		"flush":        {func(t testing.TB) { startSite(t, full) }, "Site ends with an error: OnFlush of apptest_test.site: the disk is full"},
		"stop":         {func(t testing.TB) { startSite(t, full).Stop() }, "Site ends with an error: OnFlush of apptest_test.site: the disk is full"},
		"after the end": {func(t testing.TB) {
			p := startSite(t, site{})
			p.Stop()
			p.Get("/")
		}, "refused"},
		"menu":   {func(t testing.TB) { startSite(t, site{}).Choose("Pour") }, `the menu has no item "Pour" to choose; it has ["Open" `},
		"notice": {func(t testing.TB) { startSite(t, site{}).ClickNotice("Ready") }, `there is no notice "Ready"; there are []`},
		"event": {func(t testing.TB) {
			p := startSite(t, site{})
			p.Stop()
			p.Published("tick")
		}, `waiting for the event "tick": `},
		"no event": {func(t testing.TB) { apptest.Published(startSite(t, site{}), time.Millisecond, "tick") }, `waiting for the event "tick": nothing was published within 1ms`},
		"wait": {func(t testing.TB) {
			apptest.WaitFor(startSite(t, site{}), time.Millisecond, "the tea is ready", func() bool { return false })
		}, "waited 1ms for: the tea is ready"},
		"tool": {func(t testing.TB) { full.start(context.Background(), apptest.Tool(t)) }, "the Tool ends with an error: OnFlush of in a test: the disk is full"},
		"text": {func(t testing.TB) {
			startSite(t, site{html: "<p>One<p>Two"}).Get("/").Want("One", "Three")
		}, "/, with status 200, has no text \"Three\":\n\nOne\nTwo"},
		"no HTML": {func(t testing.TB) {
			startSite(t, site{}).Get("/sent").Fill("Name", "x")
		}, `/sent is not HTML but "text/plain; charset=utf-8", and has no field "Name"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := faketest.Run(test.do)
			if !strings.Contains(said, test.want) || strings.Count(said, "full") > 1 {
				t.Errorf("got %s\nwant %s", said, test.want)
			}
		})
	}
}
