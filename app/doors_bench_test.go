package app

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// benchPage is as large as the calendar of a year.
var benchPage = strings.Repeat("0123456789abcdef", 1<<10)

type benched struct{}

func (benched) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(benchPage)
	return err
}

// BenchmarkDoors compares a page behind all three doors with the same page in
// bare net/http. Requests and connections alternate between the two, so that
// what else the machine does happens to both.
func BenchmarkDoors(b *testing.B) {
	p := serve(b, benched{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	bare := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, benchPage)
	})}
	go bare.Serve(l)
	defer bare.Close()
	both := []string{"http://" + l.Addr().String() + "/", p.server.URL()}

	for _, c := range []struct {
		name string
		each bool // request has a connection of its own
	}{{"requests", false}, {"connections", true}} {
		b.Run(c.name, func(b *testing.B) {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: c.each}}
			defer client.CloseIdleConnections()
			var spent [2]time.Duration
			for b.Loop() {
				for i, url := range both {
					begun := time.Now()
					if err := fetch(client, url); err != nil {
						b.Fatal(err)
					}
					spent[i] += time.Since(begun)
				}
			}
			b.ReportMetric(0, "ns/op") // of the two together, which says nothing
			b.ReportMetric(float64(spent[0].Nanoseconds())/float64(b.N), "bare-ns")
			b.ReportMetric(float64(spent[1].Nanoseconds())/float64(b.N), "doors-ns")
			b.ReportMetric(float64(spent[1])/float64(spent[0]), "doors/bare")
		})
	}
}

func fetch(client *http.Client, url string) error {
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
