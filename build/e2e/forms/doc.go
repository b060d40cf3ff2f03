// Package forms tests that what a real browser sends arrives in a methlet's form.
package forms
