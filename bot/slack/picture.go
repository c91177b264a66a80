package slack

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"reportbot/bot/ticker"
	"reportbot/bot/ticker/chart"
)

const (
	getUploadURL   = "files.getUploadURLExternal"
	completeUpload = "files.completeUploadExternal"
)

// unsafeName is what no file's name of ours holds.
var unsafeName = regexp.MustCompile(`[^A-Za-z0-9.]`)

// picture puts the chart of a card under it. What only the asker sees has none:
// a file is everybody's in its channel. Trouble costs the picture only.
func (s *Slack) picture(ctx context.Context, m *message, c *ticker.Card) {
	if c == nil || c.Status != ticker.Answered || m.private || !s.api.has(getUploadURL) || !s.api.has(completeUpload) {
		return
	}
	var png bytes.Buffer
	err := chart.Draw(&png, c.Timeline)
	if errors.Is(err, chart.ErrEmpty) {
		return
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err = m.record(ctx, auditChart, ""); err != nil {
			return
		}
		err = m.upload(ctx, "reportbot-"+unsafeName.ReplaceAllString(c.Security.Code, "")+".png", bare(ticker.Name(c.Lang, c.Security)), png.Bytes())
	}
	if err != nil {
		s.opt.Log.Warn("chart not shown", "id", m.event, "error", brief(err))
	}
}

// upload puts a file where the message stands: an address for it, the file
// itself, then the word that it is to be shown.
func (m *message) upload(ctx context.Context, name, title string, data []byte) error {
	a := m.s.api
	var to *slack.GetUploadURLExternalResponse
	_, err := a.do(ctx, call{method: getUploadURL}, func(ctx context.Context) (string, error) {
		var err error
		to, err = a.client.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(data), AltTxt: title})
		return "", err
	})
	if err != nil {
		return err
	}
	_, err = a.do(ctx, call{method: "upload_url"}, func(ctx context.Context) (string, error) {
		return "", a.client.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: to.UploadURL, Reader: bytes.NewReader(data), Filename: name})
	})
	if err != nil {
		return err
	}
	_, err = a.do(ctx, call{method: completeUpload, channel: m.channel, posts: true, landed: m.holds(to.FileID)}, func(ctx context.Context) (string, error) {
		_, err := a.client.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
			Files: []slack.FileSummary{{ID: to.FileID, Title: title}}, Channel: m.channel, ThreadTimestamp: m.thread,
		})
		return "", err
	})
	return err
}

// holds looks for a message of ours with a file, where the message stands.
func (m *message) holds(id string) func(context.Context) (string, bool, error) {
	return func(ctx context.Context) (string, bool, error) {
		return m.s.api.find(ctx, m.channel, m.thread, m.since, func(f found) bool {
			return slices.Contains(f.Files, file{id})
		})
	}
}
