module github.com/dibbler-app/dibbler

go 1.26

require github.com/gorilla/schema v1.4.1

require go.uber.org/goleak v1.3.0
