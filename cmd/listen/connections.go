package listen

import (
	"container/list"
	"net"
	"sync"
)

// Bounds of what all clients together can use.
const (
	mostConnections = 1000
	mostHeld        = 256 << 20 // bytes of bodies that are received at one time
)

// connections is a listener that keeps room for new clients: when there are too many
// connections, or the bodies being received take too much memory, it closes the connection
// that has waited longest for its client.
type connections struct {
	net.Listener
	most int64 // bytes of bodies

	mu      sync.Mutex
	change  *sync.Cond
	waiting list.List // of *connection: those that wait for their clients, the longest first
	open    int
	held    int64 // bytes of bodies
	closed  bool
}

// connection is one of connections.
type connection struct {
	net.Conn
	all    *connections
	place  *list.Element // in waiting, nil while the server works
	held   int64
	closed bool
}

func newConnections(l net.Listener, most int64) *connections {
	c := &connections{Listener: l, most: most}
	c.change = sync.NewCond(&c.mu)
	return c
}

func (l *connections) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.open >= mostConnections && !l.closed {
		if oldest := l.waiting.Front(); oldest != nil {
			oldest.Value.(*connection).end()
		} else {
			l.change.Wait() // All are being answered.
		}
	}
	c := &connection{Conn: accepted, all: l}
	l.open++
	c.place = l.waiting.PushBack(c)
	return c, nil
}

func (l *connections) Close() error {
	l.mu.Lock()
	l.closed = true
	l.change.Broadcast()
	l.mu.Unlock()
	return l.Listener.Close()
}

// end closes a connection. The lock is held.
func (c *connection) end() {
	if c.closed {
		return
	}
	c.closed = true
	c.leave()
	c.all.open--
	c.all.held -= c.held
	c.held = 0
	c.all.change.Broadcast()
	_ = c.Conn.Close() // It is of no use any more, whatever this says.
}

// leave takes a connection out of those that wait. The lock is held.
func (c *connection) leave() {
	if c.place != nil {
		c.all.waiting.Remove(c.place)
		c.place = nil
	}
}

func (c *connection) Close() error {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.end()
	return nil
}

// CloseWrite lets the server say that it will send no more, so that a client that is
// still sending gets to see the answer.
func (c *connection) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// hold counts bytes of a body that have come. It reports false if they do not fit
// because all other clients are quicker.
func (c *connection) hold(bytes int64) bool {
	l := c.all
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.closed {
		return false
	}
	c.held += bytes
	l.held += bytes
	for l.held > l.most {
		oldest := l.waiting.Front()
		for oldest != nil && oldest.Value.(*connection).held == 0 {
			oldest = oldest.Next()
		}
		if oldest == nil || oldest == c.place {
			return false
		}
		oldest.Value.(*connection).end()
	}
	return true
}

// work says that the client has done its part, and the server works.
func (c *connection) work() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.leave()
}

// wait says that nothing of a request is kept any more, and the next one is waited for.
func (c *connection) wait() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.all.held -= c.held
	c.held = 0
	c.leave()
	if !c.closed {
		c.place = c.all.waiting.PushBack(c)
		c.all.change.Broadcast()
	}
}
