package slack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/slack-go/slack"
)

// mostBody bounds a request; Slack's are far smaller.
const mostBody = 1 << 20

// Handler takes what Slack sends over HTTP: events, commands and presses of
// buttons, each under its own path and signed. With Socket Mode there is
// nothing here.
func (s *Slack) Handler() http.Handler {
	mux := http.NewServeMux()
	if s.opt.AppToken != "" {
		return mux
	}
	mux.HandleFunc("POST /slack/events", s.signed(s.httpEvent))
	mux.HandleFunc("POST /slack/commands", s.signed(s.httpCommand))
	mux.HandleFunc("POST /slack/interactive", s.signed(s.httpAction))
	return mux
}

// signed lets through what Slack has signed within the last five minutes.
func (s *Slack) signed(next func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			http.Error(w, "too long", http.StatusRequestEntityTooLarge)
			return
		}
		v, err := slack.NewSecretsVerifier(r.Header, s.opt.SigningSecret)
		if err == nil {
			if _, err = io.Copy(&v, bytes.NewReader(body)); err == nil {
				err = v.Ensure()
			}
		}
		if err != nil {
			s.count("slack_bad_signatures")
			s.opt.Log.Warn("request not signed by slack", "path", r.URL.Path)
			http.Error(w, "not signed", http.StatusUnauthorized)
			return
		}
		next(w, r, body)
	}
}

func (s *Slack) httpEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	var head struct{ Type, Challenge string }
	if err := json.Unmarshal(body, &head); err != nil {
		http.Error(w, "no JSON", http.StatusBadRequest)
		return
	}
	if head.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, head.Challenge) // nobody is left to tell
		return
	}
	s.httpEnvelope(w, r, envelope{Type: "events_api", Payload: body})
}

func (s *Slack) httpCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	v, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	flat := map[string]string{}
	for k := range v {
		flat[k] = v.Get(k)
	}
	payload, err := json.Marshal(flat)
	if err != nil { // unreachable: strings always marshal
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	s.httpEnvelope(w, r, envelope{Type: "slash_commands", Payload: payload})
}

func (s *Slack) httpAction(w http.ResponseWriter, r *http.Request, body []byte) {
	v, err := url.ParseQuery(string(body))
	if err != nil || v.Get("payload") == "" {
		http.Error(w, "no payload", http.StatusBadRequest)
		return
	}
	s.httpEnvelope(w, r, envelope{Type: "interactive", Payload: []byte(v.Get("payload"))})
}

// httpEnvelope takes what came; 200 is the ack. Without our own user ID no
// mention can be told from a message: Slack sends it again.
func (s *Slack) httpEnvelope(w http.ResponseWriter, r *http.Request, in envelope) {
	came := s.opt.Now()
	if s.self().User == "" {
		http.Error(w, "not connected yet", http.StatusServiceUnavailable)
		return
	}
	if err := s.envelope(r.Context(), in); err != nil {
		s.opt.Log.Error("event not taken", "type", in.Type, "error", err.Error())
		http.Error(w, "not taken", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
	s.observe("slack_ack_seconds", came)
}
