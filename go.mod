module github.com/dibbler-app/dibbler

go 1.26

require github.com/gorilla/schema v1.4.1

require (
	github.com/pkg/browser v0.0.0-20240102092130-5ac0b6a4141c
	go.uber.org/goleak v1.3.0
)

require golang.org/x/sys v0.1.0 // indirect
