# reportbot as a container: one static file, nothing else in it.
#
#   docker build -t reportbot .
#   docker run -d --name reportbot --restart unless-stopped --stop-timeout 15 --read-only \
#     -v reportbot:/data -v "$PWD/reports:/data/reports:ro" -e TZ=Asia/Shanghai \
#     -e SLACK_BOT_TOKEN -e SLACK_APP_TOKEN -e OPENAI_API_KEY -e OPENAI_BASE_URL reportbot
#
# .ci/container runs these stages as plain commands, so keep each RUN on a line.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# timetzdata: scratch has no time zones, and 上周 depends on TZ.
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags '-s -w' -o /image/reportbot ./cmd/reportbot
RUN mkdir -p /image/etc/ssl/certs /image/data/reports && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ && chmod 750 /image/data

FROM scratch
COPY --from=build /image/reportbot /reportbot
COPY --from=build /image/etc /etc
# A volume takes its owner and its mode from what the image has in its place.
COPY --from=build --chown=65532:65532 /image/data /data
# A number: there is no passwd, and Kubernetes' runAsNonRoot wants to see one.
USER 65532:65532
# Also where SQLite puts temporary files, as there is no /tmp.
WORKDIR /data
VOLUME /data
ENTRYPOINT ["/reportbot"]
CMD ["serve", "--data", "/data", "--watch", "/data/reports"]
# Alive, not ready: to start anew would not make Slack answer.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/reportbot", "health"]
