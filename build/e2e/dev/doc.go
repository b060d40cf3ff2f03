// Package dev tests dibble dev with a tool in its own module, the real go command and a real browser.
package dev
