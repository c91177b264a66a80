package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// File is a file that was uploaded.
type File struct {
	ID, Name, Title, Alt string
	Data                 []byte
	length               int
	sent, shown          bool
}

// mostFile is the size of a file that Slack takes: 1 GB.
const mostFile = 1 << 30

// announce gives a file an address to send it to.
func (s *Server) announce(f url.Values) (map[string]any, string, time.Duration) {
	n, err := strconv.Atoi(f.Get("length"))
	switch {
	case f.Get("filename") == "" || err != nil || n <= 0:
		return nil, "invalid_arguments", 0
	case n > mostFile:
		return nil, "file_upload_size_restricted", 0
	case utf8.RuneCountInString(f.Get("alt_txt")) > 1000:
		return nil, "alt_txt_too_large", 0
	}
	s.seq++
	x := &File{ID: fmt.Sprintf("F%d", s.seq), Name: f.Get("filename"), Alt: f.Get("alt_txt"), length: n}
	s.files[x.ID] = x
	return map[string]any{"upload_url": "http://slack.test/upload/" + x.ID, "file_id": x.ID}, "", 0
}

// serveUpload takes the bytes of an announced file: as many as were said, once.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	in, _, err := r.FormFile("file")
	var data []byte
	if err == nil {
		data, err = io.ReadAll(in)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.fault("upload")
	x := s.files[strings.TrimPrefix(r.URL.Path, "/upload/")]
	switch {
	case fault != nil && fault.Status == http.StatusTooManyRequests:
		w.Header().Set("Retry-After", fmt.Sprint(int(fault.After/time.Second)))
		w.WriteHeader(fault.Status)
	case fault != nil:
		w.WriteHeader(fault.Status)
	case x == nil:
		http.NotFound(w, r)
	case err != nil || len(data) != x.length:
		http.Error(w, "file size mismatch", http.StatusBadRequest)
	default:
		x.Data, x.sent = data, true
		fmt.Fprintf(w, "OK - %d", len(data))
	}
}

// complete shows files in a channel.
func (s *Server) complete(f url.Values) (map[string]any, string, time.Duration) {
	var all []struct{ ID, Title string }
	if json.Unmarshal([]byte(f.Get("files")), &all) != nil || len(all) == 0 {
		return nil, "invalid_arguments", 0
	}
	m := &Message{Channel: f.Get("channel_id"), Thread: f.Get("thread_ts"), User: BotUser, At: time.Now()}
	var told []map[string]any
	for _, one := range all {
		x := s.files[one.ID]
		if x == nil || !x.sent || x.shown {
			return nil, "file_not_found", 0
		}
		x.Title, x.shown = one.Title, true
		m.Files = append(m.Files, *x)
		told = append(told, map[string]any{"id": x.ID, "title": x.Title})
	}
	if m.Channel != "" { // else the file stays the bot's own
		m.TS = s.ts()
		s.messages = append(s.messages, m)
	}
	return map[string]any{"files": told}, "", 0
}

func asList(x any) []any {
	list, _ := x.([]any)
	return list
}
