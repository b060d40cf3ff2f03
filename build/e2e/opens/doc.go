// Package opens tests a tool with a URL scheme, whose addresses a foreign page in Chromium
// links to.
package opens
