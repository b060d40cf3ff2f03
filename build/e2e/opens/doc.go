// Package opens has the desktop start a tool with files and addresses of its own kinds:
// xdg-open, gio and links of foreign pages in Chromium.
package opens
