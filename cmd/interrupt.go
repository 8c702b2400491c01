package cmd

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible returns a context that ends when the user wants the run to end: with the
// first signal, or with end. A signal after that ends the process at once, whatever it is
// busy with, after a call of last. stop stops watching.
func interruptible(last func()) (ctx context.Context, end, stop func()) {
	ctx, end = context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	stopped := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				if ctx.Err() != nil {
					last()
					die(s)
				}
				end()
			case <-stopped:
				return
			}
		}
	}()
	return ctx, end, func() {
		signal.Stop(signals)
		close(stopped)
		end()
	}
}
