package doctor

import (
	"strings"
	"testing"
)

func TestFreePort(t *testing.T) {
	if found, err := freePort(0); err != nil || !strings.Contains(found, "of 127.0.0.1") {
		t.Errorf("%q, %v", found, err)
	}
}
