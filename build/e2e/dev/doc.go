// Package dev holds the tests of dibble dev, with a tool in a module of its own, the real
// go command and a real browser.
package dev
