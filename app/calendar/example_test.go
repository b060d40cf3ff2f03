package calendar_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A server of package dibbler serves the calendar as text.
func Example() {
	var server dibbler.Server
	if err := server.Register(&calendar.Calendar{}); err != nil {
		log.Fatal(err)
	}
	s := httptest.NewServer(&server)
	defer s.Close()

	resp, err := http.Get(s.URL + "/calendar.txt?year=2003")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	quarters := strings.Split(string(text), "\n\n")
	fmt.Println(quarters[1])
	// Output:
	//       January                   February                   March
	// Mo Tu We Th Fr Sa Su      Mo Tu We Th Fr Sa Su      Mo Tu We Th Fr Sa Su
	//        1  2  3  4  5                      1  2                      1  2
	//  6  7  8  9 10 11 12       3  4  5  6  7  8  9       3  4  5  6  7  8  9
	// 13 14 15 16 17 18 19      10 11 12 13 14 15 16      10 11 12 13 14 15 16
	// 20 21 22 23 24 25 26      17 18 19 20 21 22 23      17 18 19 20 21 22 23
	// 27 28 29 30 31            24 25 26 27 28            24 25 26 27 28 29 30
	//                                                     31
}
