package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/config"
)

// TestReadmeSettings holds the README's table against the settings the
// program reads.
func TestReadmeSettings(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		if row := settingRow(s); !strings.Contains(string(readme), row+"\n") {
			t.Errorf("the README lacks the row\n%s", row)
		}
	}
}

func settingRow(s config.Setting) string {
	code := func(s string) string {
		if s == "" {
			return ""
		}
		return "`" + s + "`"
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", code(s.Key), code(s.Env), code(s.Default), s.Meaning)
}

// TestReadmeCommands holds the list of commands in the README against those
// the program has.
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands() {
		if !c.hidden && !strings.Contains(string(readme), c.name) {
			t.Errorf("the README does not mention the command %s", c.name)
		}
	}
}

// The settings that the README shows are settings.
func TestReadmeYAML(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(readme), "```yaml\n")
	if len(parts) < 2 {
		t.Fatal("the README shows no settings")
	}
	for _, p := range parts[1:] {
		text, _, _ := strings.Cut(p, "```")
		dir := t.TempDir()
		write(t, dir, "c.yaml", text)
		c, err := config.Load(filepath.Join(dir, "c.yaml"), func(string) string { return "" })
		if err != nil {
			t.Errorf("%v, of\n%s", err, text)
		} else if ch := c.Channels["C0123ABCD"]; ch == nil || !ch.Every || len(ch.Members) != 1 {
			t.Errorf("the channel became %+v", ch)
		}
	}
}
