package instance

import "os"

// network names the network namespace that this process is in.
func network() string {
	name, _ := os.Readlink("/proc/self/ns/net")
	return name
}
