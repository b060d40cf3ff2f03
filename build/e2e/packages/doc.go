// Package packages installs what go run ./build package makes, and does with it
// what its owner and the administrator of a computer do: install, start from the
// menu, upgrade while it runs, remove.
//
// The set-up for Windows runs under wine. What it writes there is looked at;
// whether Windows itself and its virus scanner let it, was never seen. Packages
// for macOS, Fedora, Alpine and Arch Linux were not installed anywhere: of those
// the content is checked, in build/package.
package packages
