// Package published goes the author's way as it is from anywhere but a checkout: the
// modules are zipped as a module proxy would have them at a version, and served from a
// folder to a go command that has nothing else of Dibbler.
package published
