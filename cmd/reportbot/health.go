package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// runHealth asks a running serve whether it is alive: a container without a
// shell or curl has nothing else to ask with.
func runHealth(ctx context.Context, c call) error {
	f := newFlags("health")
	f.without("collection")
	url := f.String("url", "", "address `URL` to ask (default /healthz at serve.admin); with /readyz, whether it takes questions")
	if _, err := f.parse(c, 0, 0); err != nil {
		return err
	}
	if *url == "" {
		cfg, err := f.load(c)
		if err != nil {
			return err
		}
		*url = "http://" + reachable(cfg.Serve.Admin) + "/healthz"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, *url, nil)
	if err != nil {
		return usageError{fmt.Sprintf("--url %q is no address", *url)}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 1000))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s says %d: %s", *url, res.StatusCode, strings.TrimSpace(string(said)))
	}
	_, err = fmt.Fprintln(c.out, printable(strings.TrimSpace(string(said))))
	return err
}

// reachable is where what listens on an address can be asked from the same
// machine.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
