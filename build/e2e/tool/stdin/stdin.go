// Package stdin is how tests tell their tools to go on.
package stdin

import (
	"bufio"
	"os"
)

// Lines returns a channel that gets a value for each line of standard input.
func Lines() <-chan struct{} {
	lines := make(chan struct{})
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- struct{}{}
		}
	}()
	return lines
}
