// Package metrics counts what the bot does and shows it to Prometheus. In go
// names, numbers and seconds; out comes the page a Prometheus server reads. It
// alone knows Prometheus' library. It decides nothing, and labels never hold
// questions, or who asked where: see label.
package metrics

import (
	"net/http"
	"regexp"

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
	counters map[string]counter
	events   *prometheus.CounterVec
	stages   *prometheus.HistogramVec
	tokens   *prometheus.CounterVec
	cost     prometheus.Counter
}

// counter is a metric of its own for a counted name.
type counter struct {
	name, label, help string
	vec               *prometheus.CounterVec
}

// counters are the names that have a metric of their own. All others are kept
// under events, so that what is counted anew is seen at once.
func counters() map[string]counter {
	return map[string]counter{
		"question":    {name: "reportbot_questions_total", label: "kind", help: "Messages that asked for something, by kind: question, reports, help."},
		"outcome":     {name: "reportbot_outcomes_total", label: "outcome", help: "What became of them: answered, abstained, refused, failed:REASON and so on."},
		"slack_retry": {name: "reportbot_slack_retries_total", label: "reason", help: "Calls of Slack's Web API that were made again."},
		"feedback":    {name: "reportbot_feedback_total", label: "value", help: "Judgements of answers."},
	}
}

// buckets reach from a search in memory to a slow model's whole answer.
var buckets = []float64{.005, .01, .025, .05, .1, .2, .3, .5, 1, 1.5, 2.5, 5, 10, 20, 30, 60, 120}

// New returns metrics that are all zero.
func New(opt Options) *Metrics {
	m := &Metrics{
		opt: opt, registry: prometheus.NewRegistry(), counters: counters(),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "reportbot_events_total",
			Help: "Everything else that is counted, by name."}, []string{"event", "detail"}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "reportbot_stage_seconds",
			Help: "How long the stages of a question took.", Buckets: buckets}, []string{"stage"}),
		tokens: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "reportbot_tokens_total",
			Help: "Tokens sent to the model and written by it."}, []string{"kind"}),
		cost: prometheus.NewCounter(prometheus.CounterOpts{Name: "reportbot_cost_total",
			Help: "What those tokens cost, in the currency of chat.price_prompt and chat.price_completion; 0 where they are not set."}),
	}
	for key, c := range m.counters {
		c.vec = prometheus.NewCounterVec(prometheus.CounterOpts{Name: c.name, Help: c.help}, []string{c.label})
		m.counters[key] = c
		m.registry.MustRegister(c.vec)
	}
	m.registry.MustRegister(m.events, m.stages, m.tokens, m.cost,
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

// Count adds one to name, with at most one label.
func (m *Metrics) Count(name string, labels ...string) {
	detail := ""
	if len(labels) > 0 {
		detail = label(labels[0])
	}
	if c, ok := m.counters[name]; ok {
		c.vec.WithLabelValues(detail).Inc()
		return
	}
	m.events.WithLabelValues(label(name), detail).Inc()
}

// Observe notes how long a stage took.
func (m *Metrics) Observe(name string, seconds float64) {
	m.stages.WithLabelValues(label(name)).Observe(seconds)
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

// word is what a label may be: a word of our own code or of Slack's API. IDs of
// users and channels begin with a capital, times with a digit.
var word = regexp.MustCompile(`^[a-z][a-zA-Z0-9_.:-]{0,59}$`)

// label keeps what somebody wrote out of the page, and the number of series
// bounded: what is no word of the program's is "other".
func label(s string) string {
	if s == "" || word.MatchString(s) {
		return s
	}
	return "other"
}
