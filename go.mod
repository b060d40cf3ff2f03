module github.com/dibbler-app/dibbler

go 1.26.0

require (
	github.com/gofrs/flock v0.13.1
	go.uber.org/goleak v1.3.0
	golang.org/x/sys v0.49.0
)
