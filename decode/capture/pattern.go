package capture

import (
	"regexp"
	"sync"
)

// pattern returns a regular expression that is compiled when it is first needed.
// A plain body needs none, and is read in less time than compiling all of them
// takes.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
