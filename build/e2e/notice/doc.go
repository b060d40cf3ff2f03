// Package notice holds the tests of notices on a desktop, with two programs that show them:
// xfce4-notifyd and dunst.
package notice
