package web

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkPublish publishes 10,000 times a second to a number of pages, and reports the
// processor time for a second, including the pages' side.
func BenchmarkPublish(b *testing.B) {
	for _, pages := range []int{0, 1, 20} {
		for _, rate := range []int{0, 100, 10_000} {
			b.Run(fmt.Sprintf("pages=%d/rate=%d", pages, rate), func(b *testing.B) {
				var site *Site
				s := serve(b, routed(func(given *Site) error { site = given; return nil }))
				var reading sync.WaitGroup
				for range pages {
					resp, err := http.Get(s.url + "app.events")
					if err != nil {
						b.Fatal(err)
					}
					reading.Go(func() {
						io.Copy(io.Discard, resp.Body)
						resp.Body.Close()
					})
				}
				before, n := processorTime(b), 0
				for b.Loop() {
					for begun := time.Now(); time.Since(begun) < time.Second; time.Sleep(10 * time.Millisecond) {
						for range rate / 100 {
							n++
							if err := site.Publish("tick", struct{ Left, Of int }{n, 1000}); err != nil {
								b.Fatal(err)
							}
						}
					}
				}
				b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/s")
				b.ReportMetric(0, "ns/op")
				s.life.Shutdown()
				reading.Wait()
			})
		}
	}
}

// processorTime returns the processor time of this process until now.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
