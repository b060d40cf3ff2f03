// Package debian installs a Debian package of a program, uses, upgrades and removes it.
// The calling test is two people: root, who installs, and an ordinary user, the owner,
// who uses what is installed. The owner is the same test in another process, and asks
// root through a pair of pipes.
package debian
