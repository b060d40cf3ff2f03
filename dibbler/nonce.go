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
	// nonceLife is how long a nonce is valid.
	nonceLife = 10 * time.Minute

	// maxNonces is the maximum number of used nonces that are kept. Only clients that know
	// a password add to them.
	maxNonces = 10_000
)

// nonces issues the nonces of a [Digest], and accepts each count of each nonce once. It
// uses no memory for nonces that no client has used. The zero value is ready to use.
type nonces struct {
	init  sync.Once
	key   []byte
	epoch time.Time

	mu        sync.Mutex
	used      map[nonceID]*nonceCounts
	minIssued time.Duration // nonces that were issued earlier are not valid
}

// A nonceID is the time at which a nonce was issued (8 bytes) and random bytes (8). A nonce
// is the nonceID followed by an HMAC of the nonceID and the algorithm.
type nonceID [16]byte

// issued is the time from n.epoch to the issue of the nonce.
func (id nonceID) issued() time.Duration { return time.Duration(binary.BigEndian.Uint64(id[:8])) }

func (n *nonces) setUp() {
	n.key = make([]byte, sha256.Size)
	rand.Read(n.key)
	n.epoch = time.Now()
}

// now is the time since n.epoch. It does not follow changes of the system's clock, which
// could make expired nonces valid again.
func (n *nonces) now() time.Duration {
	n.init.Do(n.setUp)
	return time.Since(n.epoch)
}

// issue returns a new nonce for the algorithm.
func (n *nonces) issue(algorithm string) string {
	var id nonceID
	binary.BigEndian.PutUint64(id[:8], uint64(n.now()))
	rand.Read(id[8:])
	return n.text(id, algorithm)
}

func (n *nonces) text(id nonceID, algorithm string) string {
	n.init.Do(n.setUp)
	mac := hmac.New(sha256.New, n.key)
	mac.Write(id[:])
	io.WriteString(mac, algorithm)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(id[:]))
}

// use reports whether nonce was issued by n for the algorithm, has not expired, and was
// not used with this count before.
func (n *nonces) use(nonce, algorithm string, count uint32) bool {
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
	if id.issued() < n.minIssued || now-id.issued() > nonceLife {
		return false
	}
	counts := n.used[id]
	if counts == nil {
		n.evict(now)
		counts = new(nonceCounts)
		n.used[id] = counts
	}
	return counts.use(count)
}

// evict deletes expired nonces if there are maxNonces. If none has expired, it deletes all,
// and makes them invalid: their clients get new ones, and use them without asking the user.
func (n *nonces) evict(now time.Duration) {
	if n.used == nil {
		n.used = map[nonceID]*nonceCounts{}
	}
	if len(n.used) < maxNonces {
		return
	}
	for id := range n.used {
		if now-id.issued() > nonceLife {
			delete(n.used, id)
		}
	}
	if len(n.used) >= maxNonces {
		clear(n.used)
		n.minIssued = now + 1
	}
}

// nonceCounts has the used counts of a nonce: element i is the highest used count whose
// remainder is i. Browsers send counts over several connections, so they arrive out of
// order. A count that arrives after a much higher one may be refused although it is new,
// but no count is accepted twice.
type nonceCounts [128]uint32

// use reports whether count is accepted: it is not 0 and was not used before.
func (c *nonceCounts) use(count uint32) bool {
	last := &c[count%uint32(len(c))]
	if count <= *last {
		return false
	}
	*last = count
	return true
}
