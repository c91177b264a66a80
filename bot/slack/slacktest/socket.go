package slacktest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// conn is one socket of the bot's.
type conn struct {
	ws    *websocket.Conn
	write sync.Mutex
}

// Envelope is something that was sent to the bot over its socket.
type Envelope struct {
	ID      string
	Type    string
	Payload any

	mu    sync.Mutex
	sent  []time.Time // each delivery
	acked time.Time   // zero: not yet
	done  chan struct{}
}

// ackWithin bounds an ack; again are the waits before further deliveries.
const ackWithin = 3 * time.Second

var again = []time.Duration{0, time.Minute, 5 * time.Minute}

// serveSocket speaks Socket Mode.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws}
	s.mu.Lock()
	s.conns[c] = true
	n := len(s.conns)
	s.mu.Unlock()
	s.all.Go(func() { s.ping(c) })
	s.all.Add(1)
	defer s.all.Done()
	// Beside the reader: over a pipe, which holds nothing, both sides would wait
	// for each other when the bot answers a ping while it is greeted.
	s.all.Go(func() {
		c.send(map[string]any{"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": "A1"}})
	})
	defer s.drop(c)
	for {
		var in struct {
			ID string `json:"envelope_id"`
		}
		if ws.ReadJSON(&in) != nil {
			return
		}
		s.ack(in.ID)
	}
}

// ping keeps the bot from thinking that we are gone.
func (s *Server) ping(c *conn) {
	t := time.NewTicker(10 * time.Second)
	defer t.Stop()
	for {
		c.write.Lock()
		err := c.ws.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(5*time.Second))
		c.write.Unlock()
		if err != nil {
			return
		}
		select {
		case <-t.C:
		case <-s.quit:
			return
		}
	}
}

func (c *conn) send(v any) {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.WriteJSON(v) // a broken socket is found by its reader
}

func (s *Server) drop(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	_ = c.ws.Close()
}

// Disconnect closes all sockets: with a word to the bot, like Slack's refresh,
// or without when reason is "".
func (s *Server) Disconnect(reason string) {
	s.mu.Lock()
	all := slices.Collect(maps.Keys(s.conns))
	s.mu.Unlock()
	for _, c := range all {
		if reason != "" {
			c.send(map[string]any{"type": "disconnect", "reason": reason})
		} else {
			s.drop(c)
		}
	}
}

// Connected is the number of sockets.
func (s *Server) Connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *Server) ack(id string) {
	s.mu.Lock()
	e := s.sent[id]
	s.mu.Unlock()
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.acked.IsZero() {
		e.acked = time.Now()
		close(e.done)
	}
}

// Send delivers an envelope until it is acked: at once, and again after three
// seconds without an ack, a minute and five minutes. It does not wait.
func (s *Server) Send(kind string, payload any) *Envelope {
	s.mu.Lock()
	s.seq++
	e := &Envelope{ID: fmt.Sprintf("E%d", s.seq), Type: kind, Payload: payload, done: make(chan struct{})}
	s.sent[e.ID] = e
	s.mu.Unlock()
	s.once(e, 0) // in the order of the calls
	s.all.Go(func() { s.repeat(e) })
	return e
}

// repeat delivers an envelope again as long as it is not acked.
func (s *Server) repeat(e *Envelope) {
	for n, pause := range again {
		if s.await(e, ackWithin) || s.await(e, pause) {
			return
		}
		s.once(e, n+1)
	}
	if !s.await(e, ackWithin) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lost++
	}
}

// once sends an envelope over any socket; without one it waits for the next
// delivery.
func (s *Server) once(e *Envelope, n int) {
	s.mu.Lock()
	var c *conn
	for c = range s.conns {
		break
	}
	s.mu.Unlock()
	e.mu.Lock()
	e.sent = append(e.sent, time.Now())
	e.mu.Unlock()
	if c == nil {
		return
	}
	out := map[string]any{"type": e.Type, "envelope_id": e.ID, "payload": e.Payload, "accepts_response_payload": e.Type != "events_api"}
	if n > 0 {
		out["retry_attempt"], out["retry_reason"] = n, "timeout"
	}
	c.send(out)
}

// await waits for the ack; it is also true when the stand-in ends.
func (s *Server) await(e *Envelope, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-e.done:
		return true
	case <-s.quit:
		return true
	case <-t.C:
		return false
	}
}

// Lost is the number of envelopes Slack gave up on.
func (s *Server) Lost() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

// Deliveries says how often an envelope was sent, and whether it was acked.
func (e *Envelope) Deliveries() (int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.sent), !e.acked.IsZero()
}

// Took is the time from the first delivery to the ack.
func (e *Envelope) Took() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.acked.Sub(e.sent[0])
}

// Acked is closed by the ack.
func (e *Envelope) Acked() <-chan struct{} { return e.done }

// channelType is what Slack calls a channel.
func channelType(channel string) string {
	if strings.HasPrefix(channel, "D") {
		return "im"
	}
	return "channel"
}
