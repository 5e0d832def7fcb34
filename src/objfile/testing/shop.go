// A program of Go for tests: methods, closures, generics, what is inlined into each other, and its own runtime.
package main

import "os"

type pool[T any] struct{ items []T }

func (p *pool[T]) put(item T) { p.items = append(p.items, item) }

type server struct{ files pool[*os.File] }

//go:noinline
func (s *server) open(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	s.files.put(file)
	return nil
}

func once(n int) int  { return n*3 + len(os.Args) }
func twice(n int) int { return once(n) + once(n+1) }

func main() {
	s := &server{}
	defer func() { println(twice(len(s.files.items))) }()
	for _, path := range []string{"/etc/passwd", "/etc/group"} {
		if err := s.open(path); err != nil {
			println(err.Error())
		}
	}
}
