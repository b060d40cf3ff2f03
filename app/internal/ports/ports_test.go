package ports

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// standard has the bad ports of the Fetch standard, in its order.
const standard = `1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102
103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179 389 427 465 512
513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719
1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679
6697 10080`

func TestCheck(t *testing.T) {
	var refused []string
	for port := 1; port <= 65535; port++ {
		if err := Check(port); err != nil {
			refused = append(refused, fmt.Sprint(port))
			if !strings.Contains(err.Error(), fmt.Sprintf("port %d, which is for ", port)) {
				t.Error(err)
			}
		}
	}
	if want := strings.Fields(standard); !slices.Equal(refused, want) {
		t.Errorf("blocked are %v, want %v", refused, want)
	}
	for _, port := range []int{-1, 0, 65536} {
		if err := Check(port); err == nil || !strings.Contains(err.Error(), "does not exist") {
			t.Errorf("%d: %v", port, err)
		}
	}
}
