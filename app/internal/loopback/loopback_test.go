package loopback

import (
	"errors"
	"net"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestListen_bothAddresses(t *testing.T) {
	at, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(at)
	port := Port(at)
	for _, host := range []string{"127.0.0.1", "::1"} {
		addr := net.JoinHostPort(host, strconv.Itoa(port))
		if other, err := net.Listen("tcp", addr); err == nil {
			other.Close()
			t.Errorf("another program can listen on %s", addr)
		}
	}
	if _, err := Listen(port); err == nil {
		t.Error("Listen returns the same port twice")
	}
	near, taken, err := ListenNear(port)
	if err != nil || taken == nil {
		t.Fatalf("ListenNear: %v, %v", taken, err)
	}
	defer Close(near)
	if Port(near) == port {
		t.Error("ListenNear returns the same port twice")
	}
}

func TestRetry(t *testing.T) {
	taken := errors.New("taken")
	for _, test := range []struct {
		timeout, free time.Duration // free is when the port becomes free
		want          error
		most          time.Duration
	}{
		{0, 0, nil, 0},
		{0, time.Second, taken, 0},
		{2 * time.Second, time.Second, nil, 1100 * time.Millisecond},
		{2 * time.Second, time.Hour, taken, 2100 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			_, err := retry(test.timeout, func() ([]net.Listener, error) {
				if time.Since(begun) < test.free {
					return nil, taken
				}
				return nil, nil
			})
			if took := time.Since(begun); err != test.want || took > test.most {
				t.Errorf("%+v: %v after %v", test, err, took)
			}
		})
	}
}
