// Package drain shuts a program down under the load of many clients, and counts lost
// requests:
//
//	DIBBLER_PROVE=1 go test -v -timeout=1h ./drain
//
// A request is lost if its connection was made before the shutdown, or accepted at any
// time, and it does not get its whole answer. There is one exception: in HTTP/1.1, either
// side may close an idle connection at any time. So a request is not lost if its
// connection had been idle for as long as a program that shuts down waits for a request.
package drain
