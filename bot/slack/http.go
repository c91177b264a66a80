package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

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
	const form = "application/x-www-form-urlencoded"
	mux.HandleFunc("POST /slack/events", s.signed("application/json", s.httpEvent))
	mux.HandleFunc("POST /slack/commands", s.signed(form, s.httpCommand))
	mux.HandleFunc("POST /slack/interactive", s.signed(form, s.httpAction))
	return mux
}

// signed lets through what Slack has signed within the last five minutes, in
// the one form in which it sends it.
func (s *Slack) signed(kind string, next func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
		if err != nil {
			http.Error(w, "too long", http.StatusRequestEntityTooLarge)
			return
		}
		v, err := slack.NewSecretsVerifier(r.Header, s.opt.SigningSecret)
		if len(r.Header.Values("X-Slack-Signature")) > 1 || len(r.Header.Values("X-Slack-Request-Timestamp")) > 1 {
			err = errors.New("two signatures")
		}
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
		got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || got != kind || r.Header.Get("Content-Encoding") != "" {
			http.Error(w, "want "+kind, http.StatusUnsupportedMediaType)
			return
		}
		next(w, r, body)
	}
}

// errForeign is why an event that is signed is not taken.
var errForeign = errors.New("not for this app")

// foreign says why an event is not for us: it is of another workspace, or wants
// its answer sent to an address that is not Slack's; "" when it is. Only what
// is surely of another workspace is: in channels that two share, and where an
// app belongs to a whole organisation, IDs differ.
func (s *Slack) foreign(e Event) string {
	us := s.self().Team
	switch {
	case (e.Slash || e.Reply != "") && strings.HasPrefix(us, "T") && strings.HasPrefix(e.Team, "T") && e.Team != us:
		return "another workspace"
	case e.Reply != "" && !s.ofSlack(e.Reply):
		return "response_url is not Slack's"
	}
	return ""
}

// ofSlack reports whether an address is Slack's own, or one of the server that
// the settings name in its place.
func (s *Slack) ofSlack(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" {
		return false
	}
	if api, err := url.Parse(s.opt.APIURL); err == nil && s.opt.APIURL != slack.APIURL {
		return u.Scheme == api.Scheme && u.Host == api.Host
	}
	host := strings.ToLower(u.Host) // with its port: Slack's have none
	return u.Scheme == "https" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
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
	err := s.envelope(r.Context(), in)
	if errors.Is(err, errForeign) {
		w.Header().Set("X-Slack-No-Retry", "1")
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if err != nil {
		s.opt.Log.Error("event not taken", "type", in.Type, "error", err.Error())
		http.Error(w, "not taken", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
	s.observe("slack_ack_seconds", came)
}
