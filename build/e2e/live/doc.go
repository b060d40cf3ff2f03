// Package live holds the tests of what programs publish to their open pages, in real
// browsers: many tabs and windows, pages that are hidden, closed, restored, framed and
// under policies, and programs that end and start again.
package live
