package web

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestPublish_mistakes(t *testing.T) {
	e := new(events)
	for name, c := range map[string]struct {
		event string
		data  any
		want  string
	}{
		"no name":  {"", 1, "bad event"},
		"blank":    {"a b", 1, "bad event"},
		"path":     {"a.b", 1, "bad event"},
		"line end": {"a\ndata: x", 1, "bad event"},
		"no JSON":  {"tick", func() {}, `event "tick": json: unsupported type`},
		"too much": {"tick", strings.Repeat("x", maxEventData), "more than 1048576"},
	} {
		if err := e.publish(c.event, c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := e.put("job:1", 1); err != nil { // the program's own do not count
		t.Error(err)
	}
	for i := range maxEvents {
		if err := e.publish(fmt.Sprint("tick", i), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.publish("tick0", 1); err != nil {
		t.Error(err)
	}
	if err := e.put("job:2", 1); err != nil {
		t.Error(err)
	}
	if err := e.publish("onemore", 1); err == nil || !strings.Contains(err.Error(), "there are already 1000 events") {
		t.Error(err)
	}
}

// TestSince: a slow reader gets the latest data of each event, in order.
func TestSince(t *testing.T) {
	e := new(events)
	_, version, more := e.since(0)
	for i := range 1000 {
		if err := e.publish("left", i); err != nil {
			t.Fatal(err)
		}
		if err := e.publish("right", -i); err != nil {
			t.Fatal(err)
		}
	}
	<-more
	news, version, more := e.since(version)
	var got []string
	for _, n := range news {
		got = append(got, string(n.text))
	}
	if want := []string{`{"event":"left","data":999}`, `{"event":"right","data":-999}`}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	select {
	case <-more:
		t.Error("the channel is not closed")
	default:
	}
	if news, _, _ := e.since(version); news != nil {
		t.Errorf("%v", news)
	}
}

func TestPublish(t *testing.T) {
	var site *Site
	s := serve(t, routed(func(given *Site) error { site = given; return given.Publish("day", "Monday") }))
	const readers, most = 10, 2000
	var reading, missing sync.WaitGroup
	missing.Add(readers)
	for range readers {
		resp, err := http.Get(s.url + "app.events")
		if err != nil {
			t.Fatal(err)
		}
		reading.Go(func() {
			defer resp.Body.Close()
			lines := bufio.NewScanner(resp.Body)
			var last, day, end bool
			for lines.Scan() {
				if lines.Text() == fmt.Sprintf(`data: {"event":"tick","data":{"left":%d,"of":"\u003cb\u003e\n"}}`, most) {
					last = true
					missing.Done()
				}
				day = day || lines.Text() == `data: {"event":"day","data":"Monday"}`
				end = end || lines.Text() == "event: end"
			}
			if !last || !day || !end {
				t.Errorf("last: %v, what was published before: %v, end: %v", last, day, end)
			}
		})
	}
	for i := range most + 1 {
		if err := site.Publish("tick", struct {
			Left int    `json:"left"`
			Of   string `json:"of"`
		}{i, "<b>\n"}); err != nil {
			t.Fatal(err)
		}
	}
	missing.Wait()
	s.life.Shutdown()
	reading.Wait()
}

// TestPublish_end: pages get the events that are published just before the end, and are
// told of the end first.
func TestPublish_end(t *testing.T) {
	var site *Site
	s := serve(t, routed(func(given *Site) error { site = given; return given.Publish("tick", "first") }))
	resp, err := http.Get(s.url + "app.events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	var got []string
	for lines.Scan() {
		if lines.Text() == `data: {"event":"tick","data":"first"}` { // now the page is waiting for the pause
			if err := site.Publish("tick", "last"); err != nil {
				t.Fatal(err)
			}
			s.life.Shutdown()
		}
		got = append(got, lines.Text())
	}
	if len(got) < 3 || !strings.HasPrefix(got[1], `data: {"event":".program","data":"`) {
		t.Fatalf("the events are %q, want the identity of the process first", got)
	}
	got = got[3:]
	want := []string{"event: news", `data: {"event":"tick","data":"first"}`, "", "event: end", "data:", "", "event: news", `data: {"event":"tick","data":"last"}`, ""}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
