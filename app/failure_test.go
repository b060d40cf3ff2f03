package app

import (
	"errors"
	"fmt"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/dibbler"
)

func TestIsFailure(t *testing.T) {
	cut, other := &dibbler.CutError{Unfinished: []string{"GET /slow"}}, errors.New("other")
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{other, true},
		{cut, false},
		{errors.Join(cut, cut), false},
		{errors.Join(cut, other), true},
		{errors.Join(errors.Join(cut, other), nil), true},
		{&life.UnsavedError{Err: other}, true},
		{errors.Join(cut, &life.UnsavedError{Err: cut}), true},
		{fmt.Errorf("wrapped: %w", other), true},
	} {
		if got := isFailure(test.err); got != test.want {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}
