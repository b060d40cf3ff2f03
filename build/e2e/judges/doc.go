// Package judges has programs that others wrote to find fault with web servers
// judge the tool: clients that take their time, loads, a scanner, and a table of
// requests after a conformance suite that is not to be had everywhere. What they
// find fault with is mended, or answered beside the test. It holds tests only:
//
//	go test ./judges
package judges
