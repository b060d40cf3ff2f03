package instance

import "os"

// network returns the network namespace of this process.
func network() string {
	name, _ := os.Readlink("/proc/self/ns/net")
	return name
}
