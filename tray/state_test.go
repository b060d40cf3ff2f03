package tray

import (
	"math"
	"sync"
	"testing"
)

func TestTooltip(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state State
		want  string
	}{
		{"", State{}, "Starting…"},
		{"Dibbler", State{}, "Dibbler\nStarting…"},
		{"Dibbler", State{Address: "[::1]:9", Unfinished: 3}, "Dibbler\nRunning at [::1]:9"},
		{"Dibbler", State{Address: "[::1]:9", Draining: true}, "Dibbler\nFinishing…"},
		{"Dibbler", State{Draining: true, Unfinished: -1}, "Dibbler\nFinishing…"},
		{"Dibbler", State{Draining: true, Unfinished: 1}, "Dibbler\nFinishing 1 request…"},
		{"Dibbler", State{Draining: true, Unfinished: 2}, "Dibbler\nFinishing 2 requests…"},
		{"Dibbler", State{Tooltip: []string{"Wednesday", "Rain"}}, "Dibbler\nStarting…\nWednesday\nRain"},
		{"Dibbler", State{Status: Busy, Done: 0.4, Tooltip: []string{"Rain"}}, "Dibbler\nStarting…\nWorking, 40 % done\nRain"},
		{"", State{Status: Attention, Done: 0.4}, "Starting…\nNeeds attention"},
	} {
		if got := tt.state.tooltip(tt.name); got != tt.want {
			t.Errorf("%q, %+v: %q, want %q", tt.name, tt.state, got, tt.want)
		}
	}
}

func TestWorking(t *testing.T) {
	for _, tt := range []struct {
		status Status
		done   float64
		want   string
	}{
		{Idle, 0.5, ""},
		{Attention, 0.5, "Needs attention"},
		{Busy, 0, "Working"},
		{Busy, 0.001, "Working"},
		{Busy, 0.29, "Working, 29 % done"},
		{Busy, 0.999, "Working, 99 % done"},
		{Busy, 1, "Working, 100 % done"},
		{Busy, 1.01, "Working, 100 % done"},
		{Busy, -1, "Working"},
		{Busy, math.NaN(), "Working"},
		{Busy, math.Inf(1), "Working, 100 % done"},
		{-1, 0.5, ""},
		{7, 0.5, ""},
	} {
		if got := (State{Status: tt.status, Done: tt.done}).working(); got != tt.want {
			t.Errorf("%v, %v: %q, want %q", tt.status, tt.done, got, tt.want)
		}
	}
}

func at(address string) func() State {
	return func() State { return State{Address: address} }
}

func TestLatest(t *testing.T) {
	l := latest{changed: make(chan struct{}, 1)}
	var updates sync.WaitGroup
	for range 10 {
		updates.Go(func() {
			for range 100 {
				l.update(at("earlier"))
			}
		})
	}
	updates.Wait()
	l.update(at("last"))
	if got := l.get().Address; got != "last" {
		t.Errorf("the state is %q, want the last one", got)
	}
	<-l.changed
}

func TestLatest_slowSnapshot(t *testing.T) {
	l := latest{changed: make(chan struct{}, 1)}
	begun, finish, finished := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(finished)
		l.update(func() State {
			close(begun)
			<-finish
			return State{Address: "older"}
		})
	}()
	<-begun
	l.update(at("newer"))
	close(finish)
	<-finished
	if got := l.get().Address; got != "newer" {
		t.Errorf("the state is that of the %s snapshot", got)
	}
}
