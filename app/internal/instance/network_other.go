//go:build !linux

package instance

func network() string { return "" }
