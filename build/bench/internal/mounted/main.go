// Mounted serves the calendar's page, made by the same plug-in, with only a net/http server. The
// benchmarks compare the app with it.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/dibbler"
)

// noNotes is a calendar.Diary without notes, as in a new program.
type noNotes struct{}

func (noNotes) DayPage() string                     { return "day?date=" }
func (noNotes) Notes(int) (map[int][]string, error) { return nil, nil }

func main() {
	pages := new(dibbler.Server)
	if err := pages.Register(&calendar.Calendar{Diary: noNotes{}}); err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Mounted is running at http://%s/\n", l.Addr())
	log.Fatal(http.Serve(l, pages))
}
