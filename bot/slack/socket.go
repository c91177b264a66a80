package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// envelope is what Slack sends over the socket, as far as we read it ourselves.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
}

// listen keeps a Socket Mode connection until ctx ends. slack-go reconnects by
// itself but gives up on a token that is refused; we go on asking, in case an
// administrator lets us in again.
func (s *Slack) listen(ctx context.Context) {
	for ctx.Err() == nil {
		client := socketmode.New(s.api.client, socketmode.OptionDialer(&websocket.Dialer{
			Proxy: http.ProxyFromEnvironment, NetDialContext: s.opt.Dial, HandshakeTimeout: 10 * time.Second}))
		ended := make(chan error, 1)
		run, cancel := context.WithCancel(ctx)
		go func() { ended <- client.RunContext(run) }()
		err := s.receive(ctx, client, ended)
		cancel()
		if ctx.Err() != nil {
			return
		}
		err = unreached("SLACK_APP_TOKEN", err)
		s.connected(err)
		s.opt.Log.Error("socket closed", "error", err.Error())
		if pause(ctx, 30*time.Second) != nil {
			return
		}
	}
}

// receive handles what comes over the socket until it ends. Events are taken
// one after the other: that keeps the order of a thread.
func (s *Slack) receive(ctx context.Context, client *socketmode.Client, ended <-chan error) error {
	for {
		select {
		case err := <-ended:
			if err == nil {
				err = errors.New("the socket ended")
			}
			return err
		case e := <-client.Events:
			s.event(ctx, client, e)
		}
	}
}

// event handles one event of the socket client.
func (s *Slack) event(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	var in envelope
	switch e.Type {
	case socketmode.EventTypeConnected:
		s.connected(nil)
		return
	case socketmode.EventTypeConnecting:
		s.connected(errors.New("connecting to Slack"))
		return
	case socketmode.EventTypeConnectionError, socketmode.EventTypeInvalidAuth:
		var why error
		if c, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
			why = c.ErrorObj
		}
		why = unreached("SLACK_APP_TOKEN", why)
		s.connected(why)
		s.opt.Log.Warn("socket not connected", "error", why.Error())
		return
	case socketmode.EventTypeErrorBadMessage:
		// slack-go refuses a whole event for one part it does not know, and
		// never acks it: Slack would send it again and give up.
		bad, ok := e.Data.(*socketmode.ErrorBadMessage)
		if !ok || json.Unmarshal(bad.Message, &in) != nil {
			s.opt.Log.Warn("unreadable frame", "type", string(e.Type))
			return
		}
		s.count("slack_unknown_envelopes")
	default:
		if e.Request == nil {
			return
		}
		in = envelope{Type: e.Request.Type, ID: e.Request.EnvelopeID, Payload: e.Request.Payload}
	}
	if in.ID == "" {
		return
	}
	came := s.opt.Now()
	if err := s.envelope(ctx, in); err != nil && !errors.Is(err, errForeign) { // which would come again and again
		// not acked: Slack sends it again, and by then the disk may be well
		s.opt.Log.Error("event not taken", "type", in.Type, "error", err.Error())
		return
	}
	if err := client.SendCtx(ctx, socketmode.Response{EnvelopeID: in.ID}); err != nil {
		s.opt.Log.Warn("event not acked", "error", err.Error())
	}
	s.observe("slack_ack_seconds", came)
}

// unreached says in one line why Slack does not let us in, for whoever has to
// mend it: which token it refuses in which word, or what keeps us from reaching
// it. Addresses are left out, since that of a socket is as good as a token.
func unreached(token string, err error) error {
	var way *url.Error
	var status slack.StatusCodeError
	switch c := code(err); {
	case c == "missing_scope" && token == "SLACK_APP_TOKEN", c == "not_allowed_token_type":
		return fmt.Errorf("Slack refuses %s: %s; it must begin with xapp- and have the scope connections:write", token, c)
	case c != "":
		return fmt.Errorf("Slack refuses %s: %s", token, c)
	case errors.As(err, &status):
		return fmt.Errorf("Slack answers %d", status.Code)
	case errors.As(err, &way):
		return fmt.Errorf("Slack is not reached: %w", way.Err)
	case err != nil:
		return fmt.Errorf("Slack is not reached: %w", err)
	}
	return errors.New("Slack is not reached")
}

// envelope reads an envelope and takes what is for us. What cannot be read at
// all is no error: it would come again and again.
func (s *Slack) envelope(ctx context.Context, in envelope) error {
	var e Event
	var ok bool
	var err error
	switch in.Type {
	case "events_api":
		e, ok, err = fromEvent(in.Payload, s.self())
	case "slash_commands":
		v, bad := commandOf(in.Payload)
		e, ok = fromCommand(v)
		err = bad
	case "interactive":
		e, ok, err = fromAction(in.Payload)
	}
	if err != nil {
		s.opt.Log.Warn("envelope not understood", "type", in.Type)
		return nil
	}
	if !ok {
		return nil
	}
	if why := s.foreign(e); why != "" {
		s.count("slack_bad_signatures")
		s.opt.Log.Warn("request refused", "type", in.Type, "reason", why)
		return errForeign
	}
	return s.take(ctx, e)
}
