package owner

import "fmt"

// A socket is the system's data about the peer's end, on systems whose users are numbers.
type socket struct {
	uid uint32

	// live means that a process holds the socket, and that it is connected or has closed
	// only its sending half. Handshakes, remains of closed connections and listeners are
	// not live, because their uid is not the sender's.
	live bool
}

// sockets are the sockets with the peer's addresses and ports. There is at most one, but
// tables that are read in pieces may repeat it or contain the remains of an earlier one.
type sockets []socket

// belongTo returns nil if there is a live socket and all live sockets belong to uid.
func (all sockets) belongTo(uid uint32) error {
	found := false
	for _, s := range all {
		if !s.live {
			continue
		}
		if s.uid != uid {
			return fmt.Errorf("%w: uid %d", ErrOtherUser, s.uid)
		}
		found = true
	}
	if !found {
		return ErrGone
	}
	return nil
}
