// Command qcb decodes and inspects the callbacks of the Qencode transcoding
// service.
package main

import (
	"os"

	"qcb/cmd"
)

func main() {
	os.Exit(cmd.Run(os.Args[1:], cmd.System()))
}
