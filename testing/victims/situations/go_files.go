// A Go program, static as Go programs are: it makes its system calls by itself. It leaks files by number, which nobody will close,
// and states its truth as truth.h does for C.
package main

import (
	"fmt"
	"os"
	"syscall"
)

const leaks = 4

//go:noinline
func leakFile() {
	if _, err := syscall.Open("/etc/passwd", syscall.O_RDONLY|syscall.O_CLOEXEC, 0); err != nil {
		panic(err)
	}
}

func main() {
	for i := 0; i < leaks; i++ {
		leakFile()
	}
	fmt.Printf(`truth: {"pid":%d,"outstanding":[{"type":"file","count":%d,"function":"main.leakFile","module":"go_files","verdict":""}],`+
		`"open":%d,"inherited":3,"unseen":0,"bad_closes":0}`+"\n", os.Getpid(), leaks, leaks+3)
}
