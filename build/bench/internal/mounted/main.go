// Mounted is what the benchmarks compare with to see what being a desktop app
// costs: the calendar's page, made by the same plug-in, in a net/http server and
// nothing else.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/dibbler"
)

// noNotes is a calendar.Diary, as the program has it at first.
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
