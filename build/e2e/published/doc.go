// Package published tests dibble as an author without a checkout uses it: the modules are
// zipped at a version, as a module proxy has them, and served from a folder to a go command
// that has nothing else of Dibbler.
package published
