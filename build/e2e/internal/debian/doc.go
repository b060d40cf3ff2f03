// Package debian installs a Debian package of a program, uses, upgrades and removes it.
// The calling test acts as two users: root, who installs the package, and an ordinary user,
// the owner, who uses it. The owner is the same test in another process, which sends
// requests to root through a pair of pipes.
package debian
