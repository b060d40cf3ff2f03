// Package drain counts what becomes of the requests of many clients while their
// program is shut down, in every way there is. It holds tests only, for Linux:
//
//	DIBBLER_PROVE=1 go test -v -timeout=1h ./drain
//
// A request is lost if it gets no whole answer although its connection was there
// before the shutdown was asked for, or was taken by the program later. It is not
// if
//
//   - its connection came after the shutdown was asked for and was never taken:
//     that is as good as refused, or
//   - it was sent over a connection that had been quiet for as long as the program
//     waits for a request while it ends. In HTTP/1.1 either side may close a quiet
//     connection at any time, and a client that has just sent finds out.
//
// Both are counted and logged.
package drain
