// Go: methods, closures, generics, inlined functions.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type stack[T any] struct{ items []T }

func (s *stack[T]) push(item T) { s.items = append(s.items, item) }

func (s *stack[T]) pop() T {
	last := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return last
}

func small(a, b int) int { return a*b + 1 }

func words(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(text) {
		counts[word] += small(1, 0)
	}
	return counts
}

func main() {
	numbers := stack[int]{}
	for i := 0; i < 5; i++ {
		numbers.push(small(i, i))
	}
	names := stack[string]{}
	for name := range words("to be or not to be") {
		names.push(name)
	}
	sort.Slice(names.items, func(i, j int) bool { return names.items[i] < names.items[j] })
	fmt.Println(numbers.pop(), names.pop())
}
