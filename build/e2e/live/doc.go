// Package live tests in real browsers that events which a program publishes reach all its
// open pages over one connection.
package live
