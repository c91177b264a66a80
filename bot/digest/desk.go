package digest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// Ledger keeps subscriptions for those who change them. See state.Store, whose
// methods these are.
type Ledger interface {
	Subscriptions(ctx context.Context, channel string) ([]state.Subscription, error)
	Subscribe(ctx context.Context, s state.Subscription) (state.Subscription, error)
	Pause(ctx context.Context, id, reason, last string) error
	Unsubscribe(ctx context.Context, id string) error
}

// Request is what somebody wrote after /digest.
type Request struct {
	ID      string // names the request; the same when it comes again
	Channel string
	User    string
	Text    string
	Lang    string          // zh or en
	Scope   retrieval.Scope // what may be seen in the channel
	May     bool            // this user may change the channel's subscriptions
}

// Response is what the user is told: Text, and of a preview the digest.
type Response struct {
	Text    string
	Preview *Digest
}

// Desk does what people ask for with /digest. It is safe for concurrent use.
type Desk struct {
	runner *Runner
	ledger Ledger
	known  *security.Directory
}

// NewDesk returns a desk; known, the companies, may be nil.
func NewDesk(r *Runner, l Ledger, known *security.Directory) *Desk { return &Desk{r, l, known} }

// verbs are the words for what can be asked, folded.
var verbs = map[string]string{
	"subscribe": "subscribe", "订阅": "subscribe", "add": "subscribe", "新增": "subscribe",
	"list": "list", "列表": "list", "列出": "list", "查看": "list",
	"pause": "pause", "暂停": "pause", "resume": "resume", "恢复": "resume", "继续": "resume",
	"preview": "preview", "预览": "preview", "now": "now", "立即": "now", "现在": "now", "马上": "now",
	"delete": "delete", "删除": "delete", "取消": "delete", "退订": "delete", "unsubscribe": "delete", "remove": "delete",
	"help": "help", "帮助": "help", "?": "help",
}

// verbZh is a Chinese verb with what follows right behind it: 订阅每天8:30.
var verbZh = regexp.MustCompile(`^(取消订阅|订阅|列表|列出|查看|暂停|恢复|继续|预览|立即|现在|马上|删除|取消|退订|新增|帮助)\s*(.*)$`)

// command parts a text into what is asked and the rest.
func command(s string) (verb, rest string) {
	s = strings.TrimSpace(s)
	if m := verbZh.FindStringSubmatch(s); m != nil {
		return cmp.Or(verbs[m[1]], "delete"), m[2]
	}
	word, rest, _ := strings.Cut(s, " ")
	if word == "" {
		return "list", ""
	}
	return verbs[text.Fold(word)], strings.TrimSpace(rest)
}

// Handle does what a request asks for. The error is for trouble of ours; what
// is wrong with the request is told in the response.
func (d *Desk) Handle(ctx context.Context, q Request) (Response, error) {
	verb, rest := command(q.Text)
	switch verb {
	case "help":
		return Response{Text: usage(q.Lang)}, nil
	case "":
		return Response{Text: say(q.Lang, "没有听懂。", "That was not understood.") + "\n" + usage(q.Lang)}, nil
	}
	subs, err := d.ledger.Subscriptions(ctx, q.Channel)
	if err != nil {
		return Response{}, err
	}
	if verb == "list" {
		return d.list(ctx, q, subs)
	}
	if verb != "preview" && !q.May {
		return Response{Text: say(q.Lang, "您不能更改这个频道的订阅；可以更改的人由设置 digest_managers 决定。", "You may not change this channel's subscriptions; the setting digest_managers says who may.")}, nil
	}
	if verb == "subscribe" {
		return d.subscribe(ctx, q, rest)
	}
	if verb == "preview" && len(subs) == 0 {
		return Response{Text: none(q.Lang)}, nil
	}
	sub, p := pick(subs, rest)
	if p != nil {
		return Response{Text: p.Say(q.Lang)}, nil
	}
	return d.change(ctx, q, verb, sub)
}

// subscribe makes a subscription.
func (d *Desk) subscribe(ctx context.Context, q Request, rest string) (Response, error) {
	// Whether anything can be posted here is told now, not at the first digest.
	var closed *Closed
	if _, err := d.runner.poster.Landed(ctx, Delivery{ID: q.ID, Channel: q.Channel, Begun: d.runner.opt.Now()}); errors.As(err, &closed) {
		return Response{Text: stopped(closed.Reason, q.Lang)}, nil
	}
	cursor, err := d.runner.Mark(ctx)
	if err != nil {
		return Response{}, err
	}
	reports, err := d.runner.shelf.Reports(ctx, q.Scope)
	if err != nil {
		return Response{}, err
	}
	known := KnownOf(reports, q.Scope, d.known)
	want, err := Read(rest, known)
	var wrong *Problem
	if errors.As(err, &wrong) {
		return Response{Text: wrong.Say(q.Lang)}, nil
	} else if err != nil {
		return Response{}, err
	}
	now := d.runner.opt.Now()
	sub, err := d.ledger.Subscribe(ctx, state.Subscription{ID: q.ID, Channel: q.Channel, Origin: "slack", User: q.User, Spec: want.Spec.String(),
		Filter: want.filter(), Lang: q.Lang, Cursor: cursor, Last: want.Spec.Last(now).Date, At: now})
	switch {
	case errors.Is(err, state.ErrTaken):
		return Response{Text: fmt.Sprintf(say(q.Lang, "这里已经有同样的订阅（编号 %d）：%s。", "There is such a subscription here already (number %d): %s."), sub.Number, line(sub, known, q.Lang))}, nil
	case err != nil:
		return Response{}, err
	}
	out := []string{fmt.Sprintf(say(q.Lang, "已订阅（编号 %d）：%s。下一次：%s。", "Subscribed (number %d): %s. Next: %s."), sub.Number, line(sub, known, q.Lang), want.Spec.Next(now).At.Format("2006-01-02 15:04 MST"))}
	if want.Filter.All() {
		out = append(out, say(q.Lang, "没有设置筛选，这里能看到的所有新研报都会推送。", "There are no filters: every new report that can be seen here will be told of."))
	}
	if slot, ok := want.Spec.Moved(now); ok {
		out = append(out, fmt.Sprintf(say(q.Lang, "%s 因夏令时没有 %02d:%02d，那天在 %s 发送。", "On %s the clocks skip %02d:%02d; that day it is sent at %s."), slot.Date, want.Spec.Hour, want.Spec.Minute, slot.At.Format("15:04 MST")))
	}
	for _, n := range want.Notes {
		out = append(out, n.Say(q.Lang))
	}
	return Response{Text: strings.Join(out, "\n")}, nil
}

// Wanted is what a line of a subscription says.
type Wanted struct {
	Spec   Spec
	Filter Filter
	Notes  []*Problem // what was taken although it may not be meant
}

// Read reads the words of a subscription: when, and about what. The error is a
// *Problem.
func Read(s string, known Known) (Wanted, error) {
	spec, rest, err := ParseSpec(s)
	if err != nil {
		return Wanted{}, err
	}
	f, notes, err := ParseFilter(rest, known)
	return Wanted{spec, f, notes}, err
}

func (w *Wanted) filter() string {
	b, err := json.Marshal(w.Filter)
	if err != nil {
		panic("unreachable: a filter is strings")
	}
	return string(b)
}

// Settings is the origin of a subscription that stands in the settings.
const Settings = "config"

// FromSettings makes a subscription of a line of the settings, without its ID,
// Channel and Cursor. The error is a *Problem.
func FromSettings(line string, known Known, now time.Time) (state.Subscription, error) {
	w, err := Read(line, known)
	if err != nil {
		return state.Subscription{}, err
	}
	return state.Subscription{Origin: Settings, Spec: w.Spec.String(), Filter: w.filter(), Last: w.Spec.Last(now).Date, At: now}, nil
}

// pick finds the subscription that is meant: by its number, or the only one.
func pick(subs []state.Subscription, rest string) (state.Subscription, *Problem) {
	rest = strings.TrimPrefix(strings.TrimSpace(rest), "#")
	if rest == "" && len(subs) == 1 {
		return subs[0], nil
	}
	n, err := strconv.Atoi(text.Fold(rest))
	for _, s := range subs {
		if err == nil && s.Number == n {
			return s, nil
		}
	}
	switch {
	case len(subs) == 0:
		return state.Subscription{}, &Problem{none("zh"), none("en")}
	case rest == "":
		return state.Subscription{}, &Problem{"这里有多个订阅，请写上编号（/digest list 可查看）。", "There are several subscriptions here; give a number (/digest list shows them)."}
	}
	return state.Subscription{}, &Problem{fmt.Sprintf("这里没有编号为“%s”的订阅（/digest list 可查看）。", rest), fmt.Sprintf("There is no subscription %q here (/digest list shows them).", rest)}
}

// change does something with a subscription that is there.
func (d *Desk) change(ctx context.Context, q Request, verb string, sub state.Subscription) (Response, error) {
	said := func(zh, en string) Response { return Response{Text: fmt.Sprintf(say(q.Lang, zh, en), sub.Number)} }
	switch verb {
	case "pause":
		return said("已暂停（编号 %d）；恢复后会补上这段时间的新研报。", "Paused (number %d); what comes meanwhile is told of when it is resumed."), d.ledger.Pause(ctx, sub.ID, byUser+q.User, "")
	case "resume":
		spec, _, err := ParseSpec(sub.Spec)
		if err != nil {
			return Response{}, err
		}
		now := d.runner.opt.Now()
		r := said("已恢复（编号 %d）。", "Resumed (number %d).")
		r.Text += say(q.Lang, "下一次：", " Next: ") + spec.Next(now).At.Format("2006-01-02 15:04 MST") + say(q.Lang, "。", ".")
		return r, d.ledger.Pause(ctx, sub.ID, "", spec.Last(now).Date)
	case "delete":
		if sub.Origin == Settings {
			return said("编号 %d 的订阅写在设置文件里，只能在那里删除；可以用 /digest pause 暂停。", "Subscription %d is in the settings file and is deleted there; /digest pause stops it."), nil
		}
		return said("已删除（编号 %d）。", "Deleted (number %d)."), d.ledger.Unsubscribe(ctx, sub.ID)
	case "preview":
		p, err := d.runner.Preview(ctx, sub)
		p.Lang = q.Lang
		return Response{Preview: &p}, err
	}
	n, err := d.runner.Now(ctx, sub, q.ID)
	var closed *Closed
	switch {
	case errors.As(err, &closed):
		return Response{Text: stopped(closed.Reason, q.Lang)}, nil
	case errors.Is(err, state.ErrMoved):
		return Response{Text: say(q.Lang, "这个订阅的摘要正在发送。", "A digest of this subscription is being sent.")}, nil
	case err != nil && n > 0:
		d.runner.opt.Log.Warn("digest not posted yet", "subscription", sub.ID, "error", err.Error())
		return Response{Text: say(q.Lang, "暂时没有发出，稍后自动重试。", "It could not be sent yet and will be tried again.")}, nil
	case err != nil:
		return Response{}, err
	case n == 0:
		return Response{Text: say(q.Lang, "上一次摘要之后没有新研报。", "There are no new reports since the last digest.")}, nil
	}
	return Response{Text: say(q.Lang, "已发送。", "Sent.")}, nil
}

// Now delivers at once what a subscription was not told of; n is how many
// reports those are. key names the request: the same one delivers once.
func (r *Runner) Now(ctx context.Context, sub state.Subscription, key string) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.deliver(ctx, sub, state.Slot{Subscription: sub.ID, Name: "now-" + key, At: r.opt.Now()}, Digest{})
}

// examples is how many reports a preview shows where none is new.
const examples = 3

// Preview is what Now would deliver; where that is nothing, the newest reports
// that the subscription is about, so that one sees what to expect. Nothing
// changes by it.
func (r *Runner) Preview(ctx context.Context, sub state.Subscription) (Digest, error) {
	news, _, err := r.news(ctx, sub)
	if err != nil {
		return Digest{}, err
	}
	d := Digest{Lang: sub.Lang, Filter: news.shown}
	if len(news.fresh) == 0 {
		news.fresh = slices.DeleteFunc(slices.Clone(news.all), func(rep *report.Report) bool { return !news.filter.Admits(rep) })
		slices.SortStableFunc(news.fresh, func(a, b *report.Report) int { return strings.Compare(b.Published, a.Published) })
		news.fresh = news.fresh[:min(examples, len(news.fresh))]
		d.Example = len(news.fresh) > 0
	}
	return Compose(ctx, r.shelf, r.opt.Model, news.fresh, news.all, d)
}

// byUser begins the reason of a pause that somebody asked for.
const byUser = "by "

// stopped says why nothing is sent.
func stopped(reason, lang string) string {
	if user, ok := strings.CutPrefix(reason, byUser); ok {
		return say(lang, "由 "+user+" 暂停", "by "+user)
	}
	switch reason {
	case "not_in_channel", "channel_not_found":
		return say(lang, "我不在这个频道里；请先 /invite 我，再订阅或恢复。", "I am not in this channel; /invite me, then subscribe or resume.")
	case "is_archived":
		return say(lang, "这个频道已归档。", "This channel is archived.")
	case notPermitted:
		return say(lang, "订阅人已没有查看权限。", "whoever subscribed may not see reports any more.")
	}
	return reason
}

func none(lang string) string {
	return say(lang, "这里还没有订阅；例如：/digest subscribe 工作日 08:30。", "There is no subscription here yet; for example: /digest subscribe weekdays 08:30.")
}

// list shows the subscriptions of a channel.
func (d *Desk) list(ctx context.Context, q Request, subs []state.Subscription) (Response, error) {
	if len(subs) == 0 {
		return Response{Text: none(q.Lang)}, nil
	}
	reports, err := d.runner.shelf.Reports(ctx, q.Scope)
	if err != nil {
		return Response{}, err
	}
	known := KnownOf(reports, q.Scope, d.known)
	var out []string
	for _, s := range subs {
		l := fmt.Sprintf("%d. %s", s.Number, line(s, known, q.Lang))
		if spec, _, err := ParseSpec(s.Spec); err == nil && s.Paused == "" {
			l += say(q.Lang, "；下一次 ", "; next ") + spec.Next(d.runner.opt.Now()).At.Format("2006-01-02 15:04 MST")
		}
		if s.Paused != "" {
			l += say(q.Lang, "；已暂停：", "; paused: ") + stopped(s.Paused, q.Lang)
		}
		if s.Origin == Settings {
			l += say(q.Lang, "（来自设置文件）", " (from the settings)")
		}
		out = append(out, l)
	}
	return Response{Text: strings.Join(out, "\n")}, nil
}

// line is a subscription for people to whom no more than this is known.
func line(s state.Subscription, known Known, lang string) string {
	out := s.Spec
	if spec, _, err := ParseSpec(s.Spec); err == nil {
		out = spec.Say(lang)
	}
	var f Filter
	if json.Unmarshal([]byte(s.Filter), &f) == nil && !f.All() {
		return out + say(lang, "；", "; ") + f.shown(known).Say(lang)
	}
	return out + say(lang, "；全部新研报", "; all new reports")
}

func usage(lang string) string {
	return say(lang,
		"/digest subscribe 每天|工作日|每周一 08:30 [Asia/Shanghai] [证券 行业 券商 集合]，例如：/digest subscribe 工作日 08:30 300750.SZ 电子\n/digest list · preview · now · pause · resume · delete [编号]（订阅、列表、预览、立即、暂停、恢复、删除）",
		"/digest subscribe daily|weekdays|weekly Mon 08:30 [Asia/Shanghai] [securities industries brokers collections], for example: /digest subscribe weekdays 08:30 300750.SZ\n/digest list · preview · now · pause · resume · delete [NUMBER]")
}
