package dibbler

import "io"

// A body is a request's body that tells its connection when it has ended. Until
// then its sender is given 30 seconds for each piece, so that a large upload may
// take long and a stalled one may not.
type body struct {
	io.ReadCloser
	conn *conn
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.conn.BodyRead()
	}
	return n, err
}
