// Intruder connects to a program that may not be its user's:
//
//	intruder 127.0.0.1|::1|::ffff:127.0.0.1 PORT ask|leave
//
// It sends a request and prints the first line of the answer, or what came in its
// place. Told to leave, it closes as soon as it has sent, many times.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"syscall"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("want three arguments")
	}
	port, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	times := 1
	if os.Args[3] == "leave" {
		times = 200
	}
	for range times {
		line, err := visit(os.Args[1], port, os.Args[3] == "ask")
		if err != nil {
			line = "error: " + err.Error()
		}
		if times == 1 {
			fmt.Println(line)
		}
	}
}

func visit(host string, port int, ask bool) (answer string, err error) {
	fd, err := dial(host, port)
	if err != nil {
		return "", err
	}
	conn := os.NewFile(uintptr(fd), "connection")
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET /act?intruder HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n", port); err != nil || !ask {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

// dial is for addresses that package net does not connect to as they are:
// ::ffff:127.0.0.1 from an IPv6 socket.
func dial(host string, port int) (int, error) {
	family, to := syscall.AF_INET6, syscall.Sockaddr(&syscall.SockaddrInet6{Port: port, Addr: [16]byte(net.ParseIP(host).To16())})
	if host == "127.0.0.1" {
		family, to = syscall.AF_INET, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := syscall.Connect(fd, to); err != nil {
		syscall.Close(fd)
		return 0, err
	}
	return fd, nil
}
