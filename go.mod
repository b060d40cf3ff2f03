module github.com/dibbler-app/dibbler

go 1.26
