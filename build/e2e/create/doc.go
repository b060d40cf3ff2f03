// Package create makes a tool of each template of dibble new, as an author does, and
// builds, tests and uses it.
package create
