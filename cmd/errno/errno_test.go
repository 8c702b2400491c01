package errno

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
)

// TestOf makes errors that every system has, wrapped as Go's packages do.
func TestOf(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	_, broken := w.Write([]byte("text"))
	w.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, taken := net.Listen("tcp", gone.Addr().String())
	gone.Close()
	_, refused := net.Dial("tcp", gone.Addr().String())
	for _, test := range []struct {
		err  error
		want syscall.Errno
	}{
		{broken, syscall.EPIPE},
		{taken, syscall.EADDRINUSE},
		{refused, syscall.ECONNREFUSED},
		{errors.New("other"), 0},
		{nil, 0},
	} {
		if got := Of(test.err); got != test.want {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}
