package web

import (
	"strings"
	"testing"
)

func TestRefusalsLog(t *testing.T) {
	p := serve(t, plain{})
	long := strings.Repeat("x", 1000)
	const times = 20
	for range times {
		p.raw(t, "GET / HTTP/1.1\nHost: "+long+"\n\n")
	}
	if n := p.Refusals.Total(); n != times {
		t.Errorf("%d refusals are counted", n)
	}
	text := p.logged(t)
	if n := strings.Count(text, "request refused"); n == 0 || n == times || strings.Contains(text, long) {
		t.Errorf("%d lines: %s", n, text)
	}
}
