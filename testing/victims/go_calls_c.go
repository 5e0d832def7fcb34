// Go that opens files by a function of its C part. Built without symbols and debug information: what Go has for its
// own runtime is all that there is of names.
package main

// #include <fcntl.h>
// static int open_in_c(void) { return open("/etc/passwd", O_RDONLY); }
import "C"

//go:noinline
func leak(times int) {
	for i := 0; i < times; i++ {
		C.open_in_c()
	}
}

func main() { leak(50) }
