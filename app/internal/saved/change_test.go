package saved

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func TestOnChange(t *testing.T) {
	type plan struct{ Cups int }
	s, _, err := Open(filepath.Join(t.TempDir(), "plan.json"), plan{Cups: 1})
	if err != nil {
		t.Fatal(err)
	}
	var told []int
	s.OnChange(func(p plan) {
		if p != s.Get() {
			t.Errorf("told %v, and Get returns %v", p, s.Get())
		}
		if err := s.Update(func(*plan) error { return nil }); err == nil {
			t.Error("Update in OnChange returns no error")
		}
		told = append(told, p.Cups)
	})
	set := func(n int) error { return s.Update(func(p *plan) error { p.Cups = n; return nil }) }
	for _, n := range []int{1, 2, 2, 3} {
		if err := set(n); err != nil {
			t.Error(err)
		}
	}
	if err := s.Update(func(p *plan) error { p.Cups = 4; return errors.New("no") }); err == nil {
		t.Error("Update returns no error")
	}
	if !slices.Equal(told, []int{2, 3}) {
		t.Errorf("told %v", told)
	}
	var setting sync.WaitGroup
	for n := range 20 {
		setting.Go(func() {
			if err := s.Update(func(p *plan) error { p.Cups = 100 + n; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	setting.Wait()
	if len(told) != 22 || told[21] != s.Get().Cups {
		t.Errorf("told %v, at last %d", told, s.Get().Cups)
	}
}
