// Package metrics counts what the bot does and shows it to Prometheus. In go
// names, numbers and seconds; out comes the page a Prometheus server reads. It
// alone knows Prometheus' library. It decides nothing, and labels never hold
// questions, or who asked where: see label.
package metrics

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Options are what the page shows besides what is counted. All may be zero.
type Options struct {
	Waiting func() int  // questions in the queue
	Ready   func() bool // connected to Slack
	// Prices of 1,000 tokens of prompts and of answers; 0 where unknown.
	PricePrompt, PriceCompletion float64
	Version                      string
}

// Metrics is safe for concurrent use.
type Metrics struct {
	opt      Options
	registry *prometheus.Registry
	stages   *prometheus.HistogramVec
	tokens   *prometheus.CounterVec
	cost     prometheus.Counter

	mu       sync.Mutex
	counters map[string]*counter
}

// counter is made when a name is counted for the first time. Its labels stay
// those of that time.
type counter struct {
	vec    *prometheus.CounterVec
	labels []string
}

// help of the names we know. Others are counted all the same.
var help = map[string]string{
	"questions":     "Messages that asked for something, by kind.",
	"outcomes":      "What became of them.",
	"slack_retries": "Calls of Slack's Web API that were made again.",
	"feedback":      "Judgements of answers.",
	"reports":       "Files that the watched folders brought, by what became of them.",

	"budget_refused":          "Calls of the model that were not made, since the tokens of the day were used up.",
	"slack_duplicates":        "Deliveries of events that were known already.",
	"slack_unknown_envelopes": "What the socket brought that Slack's library cannot read.",
	"slack_bad_signatures":    "Calls over HTTP that were not Slack's.",
}

// buckets reach from a search in memory to a slow model's whole answer.
var buckets = []float64{.005, .01, .025, .05, .1, .2, .3, .5, 1, 1.5, 2.5, 5, 10, 20, 30, 60, 120}

// New returns metrics that are all zero.
func New(opt Options) *Metrics {
	m := &Metrics{
		opt: opt, registry: prometheus.NewRegistry(), counters: map[string]*counter{},
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "reportbot_stage_seconds",
			Help: "How long the stages of a question took.", Buckets: buckets}, []string{"stage"}),
		tokens: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "reportbot_tokens_total",
			Help: "Tokens sent to the model and written by it."}, []string{"kind"}),
		cost: prometheus.NewCounter(prometheus.CounterOpts{Name: "reportbot_cost_total",
			Help: "What those tokens cost, in the currency of chat.price_prompt and chat.price_completion; 0 where they are not set."}),
	}
	m.Tokens(0, 0) // shows both
	m.registry.MustRegister(m.stages, m.tokens, m.cost,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gauge("reportbot_build_info", "Always 1; the label is the version.", prometheus.Labels{"version": opt.Version}, func() float64 { return 1 })
	if opt.Waiting != nil {
		m.gauge("reportbot_queue_length", "Questions that wait for a worker.", nil, func() float64 { return float64(opt.Waiting()) })
	}
	if opt.Ready != nil {
		m.gauge("reportbot_ready", "1 when questions are taken, else 0.", nil, func() float64 {
			if opt.Ready() {
				return 1
			}
			return 0
		})
	}
	return m
}

func (m *Metrics) gauge(name, help string, labels prometheus.Labels, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, value))
}

// Count adds one to name. Labels are names and values in turn; a value that
// has none is left out.
func (m *Metrics) Count(name string, labels ...string) {
	if c := m.series(name, labels); c != nil {
		c.Inc()
	}
}

// Known shows name with these labels from now on, as 0 before it is counted.
func (m *Metrics) Known(name string, labels ...string) { m.series(name, labels) }

// series is what counts name with these labels; nil when the name is no name.
func (m *Metrics) series(name string, labels []string) prometheus.Counter {
	c := m.counter(name, labels)
	if c == nil {
		return nil
	}
	values := make([]string, len(c.labels))
	for i := 0; i+1 < len(labels); i += 2 {
		if at := slices.Index(c.labels, labels[i]); at >= 0 {
			values[at] = label(labels[i+1])
		}
	}
	return c.vec.WithLabelValues(values...)
}

// counter finds or makes what counts a name; nil when the name is no name.
func (m *Metrics) counter(name string, labels []string) *counter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, ok := m.counters[name]; ok {
		return c
	}
	if !named.MatchString(name) || len(m.counters) >= mostNames {
		return nil
	}
	c := &counter{}
	for i := 0; i+1 < len(labels); i += 2 {
		if named.MatchString(labels[i]) && !slices.Contains(c.labels, labels[i]) {
			c.labels = append(c.labels, labels[i])
		}
	}
	c.vec = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "reportbot_" + strings.TrimSuffix(name, "_total") + "_total", Help: cmp.Or(help[name], "Counted by the bot."),
	}, c.labels)
	if m.registry.Register(c.vec) != nil { // two names that read alike; the first stays
		c = nil
	}
	m.counters[name] = c
	return c
}

// Observe notes how long a stage took.
func (m *Metrics) Observe(name string, seconds float64) {
	m.stages.WithLabelValues(label(strings.TrimSuffix(name, "_seconds"))).Observe(seconds)
}

// Tokens notes what one answer used.
func (m *Metrics) Tokens(prompt, completion int) {
	m.tokens.WithLabelValues("prompt").Add(float64(max(prompt, 0)))
	m.tokens.WithLabelValues("completion").Add(float64(max(completion, 0)))
	m.cost.Add((float64(max(prompt, 0))*m.opt.PricePrompt + float64(max(completion, 0))*m.opt.PriceCompletion) / 1000)
}

// Handler shows the page.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// mostNames bounds what is counted; our own code has a dozen names.
const mostNames = 200

// named is what a metric or a label may be called.
var named = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

// word is what a label may hold: a word of our own code or of Slack's API. IDs
// of users and channels begin with a capital, times with a digit.
var word = regexp.MustCompile(`^[a-z][a-zA-Z0-9_.:-]{0,59}$`)

// label keeps what somebody wrote out of the page, and the number of series
// bounded: what is no word of the program's is "other", but for an HTTP status.
func label(s string) string {
	if s == "" || word.MatchString(s) || len(s) == 3 && strings.Trim(s, "0123456789") == "" {
		return s
	}
	return "other"
}
