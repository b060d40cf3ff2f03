package dibbler

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"sync"
	"time"
)

const (
	// nonceLife is how long a nonce is good for.
	nonceLife = 10 * time.Minute

	// maxNonces bounds the nonces whose use is remembered. Only someone who knows a
	// password can fill it.
	maxNonces = 10_000
)

// nonces issues the nonces of a [Digest] and has each count of each used once. It
// remembers nothing of those that nobody used. The zero value is ready to use.
type nonces struct {
	init sync.Once
	key  []byte
	born time.Time

	mu    sync.Mutex
	spent map[nonceID]*nonceCounts
	since time.Duration // those that were issued earlier are refused
}

// A nonceID is when a nonce was issued (8 bytes) and random bytes (8). In a nonce
// it is followed by an HMAC of it and the algorithm that the nonce is for.
type nonceID [16]byte

// issued is how long after the first nonce this one was issued.
func (id nonceID) issued() time.Duration { return time.Duration(binary.BigEndian.Uint64(id[:8])) }

func (n *nonces) start() {
	n.key = make([]byte, sha256.Size)
	rand.Read(n.key)
	n.born = time.Now()
}

// now is the time since the first nonce. Setting the system's clock does not
// change it, or nonces that are long forgotten could become young again.
func (n *nonces) now() time.Duration {
	n.init.Do(n.start)
	return time.Since(n.born)
}

// issue returns a new nonce for the algorithm.
func (n *nonces) issue(algorithm string) string {
	var id nonceID
	binary.BigEndian.PutUint64(id[:8], uint64(n.now()))
	rand.Read(id[8:])
	return n.text(id, algorithm)
}

func (n *nonces) text(id nonceID, algorithm string) string {
	n.init.Do(n.start)
	mac := hmac.New(sha256.New, n.key)
	mac.Write(id[:])
	io.WriteString(mac, algorithm)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(id[:]))
}

// spend reports whether nonce was issued here for the algorithm, is young enough
// and has never been spent with this count. From then on it has been.
func (n *nonces) spend(nonce, algorithm string, count uint32) bool {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) < len(nonceID{}) {
		return false
	}
	id := nonceID(b[:len(nonceID{})])
	if !hmac.Equal([]byte(nonce), []byte(n.text(id, algorithm))) {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.now()
	if id.issued() < n.since || now-id.issued() > nonceLife {
		return false
	}
	counts := n.spent[id]
	if counts == nil {
		n.makeRoom(now)
		counts = new(nonceCounts)
		n.spent[id] = counts
	}
	return counts.take(count)
}

// makeRoom forgets the nonces that are too old to be spent again. If all are
// young, it forgets all, and takes none of them any more: their clients are
// given new ones, which they take without asking the person.
func (n *nonces) makeRoom(now time.Duration) {
	if n.spent == nil {
		n.spent = map[nonceID]*nonceCounts{}
	}
	if len(n.spent) < maxNonces {
		return
	}
	for id := range n.spent {
		if now-id.issued() > nonceLife {
			delete(n.spent, id)
		}
	}
	if len(n.spent) >= maxNonces {
		clear(n.spent)
		n.since = now + 1
	}
}

// nonceCounts remembers which counts of a nonce were used: each element is the
// highest of those counts that belong there by their remainder. Browsers send
// counts over several connections, so they arrive out of order. One that comes
// after a much higher one may be refused though it is new, but none is taken
// twice.
type nonceCounts [128]uint32

// take reports whether count, which is not 0, was never taken before.
func (c *nonceCounts) take(count uint32) bool {
	last := &c[count%uint32(len(c))]
	if count <= *last {
		return false
	}
	*last = count
	return true
}
