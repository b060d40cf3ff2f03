package desk

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestEarlyError(t *testing.T) {
	crash := errors.New("exit status 139")
	for _, test := range []struct {
		after time.Duration
		want  error
	}{
		{0, crash},
		{openTimeout - 1, crash},
		{openTimeout + 1, nil},
		{3 * time.Hour, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			if err := earlyError(func() error { time.Sleep(test.after); return crash }); err != test.want {
				t.Errorf("after %v: %v, want %v", test.after, err, test.want)
			}
			time.Sleep(test.after) // until the browser has ended
		})
	}
}

func TestLimitedWriter(t *testing.T) {
	var to bytes.Buffer
	w := &limitedWriter{&to, 5}
	for range 3 {
		if n, err := w.Write([]byte("abc")); n != 3 || err != nil {
			t.Fatal(n, err)
		}
	}
	if to.String() != "abcab" {
		t.Errorf("%q", &to)
	}
}
