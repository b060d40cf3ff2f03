package calendar

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

func BenchmarkHome(b *testing.B) {
	var server dibbler.Server
	if err := server.Register(onNewYearsEve()); err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	b.ReportAllocs()
	for b.Loop() {
		server.ServeHTTP(httptest.NewRecorder(), r)
	}
}

func BenchmarkHome_diary(b *testing.B) {
	c := onNewYearsEve()
	c.Diary = diary{1: {"Start"}, 59: {"14:00 Tea", "Cake"}}
	var server dibbler.Server
	if err := server.Register(c); err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	b.ReportAllocs()
	for b.Loop() {
		server.ServeHTTP(httptest.NewRecorder(), r)
	}
}
