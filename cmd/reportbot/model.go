package main

import (
	"context"
	"fmt"

	"reportbot/bot/answer"
	"reportbot/prompts"
	"reportbot/retrieval/openai"
)

// model is nil when none is configured.
func (a *app) model() answer.Chat {
	c := a.cfg.Chat
	if a.budget != nil {
		return a.budget
	}
	if !c.Enabled() {
		return nil
	}
	return chat{openai.NewChat(openai.Options{
		BaseURL: c.BaseURL, Key: c.Key.Reveal(), Model: c.Model, Timeout: c.Timeout,
		FirstToken: c.FirstToken, BetweenTokens: c.BetweenTokens, Retries: c.Retries, Log: a.log, Client: a.web,
	})}
}

// chat lets the answerer speak to an OpenAI-compatible server.
type chat struct{ model *openai.Chat }

func (c chat) Ask(ctx context.Context, p prompts.Prompt, say func(string)) (answer.Said, error) {
	r, err := c.model.Stream(ctx, openai.Request{System: p.System, User: p.User}, say)
	if err == nil && r.FinishReason != "stop" {
		err = fmt.Errorf("the model stopped early (%s)", r.FinishReason)
	}
	return answer.Said{Text: r.Text, Model: r.Model, PromptTokens: r.PromptTokens, CompletionTokens: r.CompletionTokens, Lost: r.Lost}, err
}
