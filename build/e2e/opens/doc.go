// Package opens has links of a foreign page in Chromium start a tool with addresses of
// its own kind.
package opens
