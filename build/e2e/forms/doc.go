// Package forms tests that forms of a real browser reach methlets unchanged.
package forms
