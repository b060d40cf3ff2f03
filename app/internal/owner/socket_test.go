package owner

import (
	"errors"
	"testing"
)

func TestBelongTo(t *testing.T) {
	mine, others, remains := socket{uid: 5, live: true}, socket{uid: 6, live: true}, socket{uid: 5}
	for _, test := range []struct {
		name string
		all  sockets
		want error
	}{
		{"none", nil, ErrGone},
		{"mine", sockets{mine}, nil},
		{"mine twice", sockets{mine, mine}, nil},
		{"another's", sockets{others}, ErrOtherUser},
		{"mine and another's", sockets{mine, others}, ErrOtherUser},
		{"remains of mine", sockets{remains}, ErrGone},
		{"remains of mine, and another's", sockets{remains, others}, ErrOtherUser},
		{"remains of another's, and mine", sockets{{uid: 6}, mine}, nil},
	} {
		if err := test.all.belongTo(5); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}
