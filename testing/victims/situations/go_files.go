// A Go program, static as Go programs are: it makes its system calls by itself. It leaks files by number, which nobody will close,
// and forgets one as an os.File, which the garbage collector would close. It states its truth as truth.h does for C.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

const leaks = 4

//go:noinline
func leakFile() {
	if _, err := syscall.Open("/etc/passwd", syscall.O_RDONLY|syscall.O_CLOEXEC, 0); err != nil {
		panic(err)
	}
}

//go:noinline
func forgetFile() *os.File {
	file, err := os.Open("/etc/group")
	if err != nil {
		panic(err)
	}
	return file
}

func countOpen() int {
	open := 0
	for fd := uintptr(0); fd < 1024; fd++ {
		if _, _, err := syscall.RawSyscall(syscall.SYS_FCNTL, fd, syscall.F_GETFD, 0); err == 0 {
			open++
		}
	}
	return open
}

func group(kind string, count int, function string) string {
	return fmt.Sprintf(`{"type":"%s","count":%d,"function":"%s","module":"go_files","verdict":""}`, kind, count, function)
}

// As truth.h does.
func waitForWatcher() {
	gate := os.Getenv("AJAR_VICTIM_GATE")
	for gate != "" && syscall.Access(gate, 0) != nil {
		syscall.Nanosleep(&syscall.Timespec{Nsec: 1000000}, nil)
	}
}

func main() {
	waitForWatcher()
	for i := 0; i < leaks; i++ {
		leakFile()
	}
	file := forgetFile()
	// The first os.File has the runtime make its poller: an epoll, and a pipe to wake it.
	fmt.Printf(`truth: {"pid":%d,"outstanding":[%s,%s,%s,%s],"open":%d,"inherited":3,"unseen":0,"bad_closes":0,`+
		`"also":"1 file is the garbage collector's to close"}`+"\n", os.Getpid(), group("file", leaks, "main.leakFile"),
		group("file", 1, "main.forgetFile"), group("epoll", 1, ""), group("pipe", 2, ""), countOpen())
	runtime.KeepAlive(file)
}
