// Package early tests that real clients see the answer to an upload that the server
// refuses before it has read the upload, and not a reset connection.
package early
