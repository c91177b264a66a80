#!/usr/bin/env bash
# Builds the PDF sample reports from the HTML sources beside this script.
# Needs: chromium, qpdf, poppler-utils, fonts-wqy-microhei, fonts-wqy-zenhei, fonts-liberation.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out="$here/../reports"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out"

build() { # build SOURCE TARGET
  # A browser may go on for a while after the page is written, so it gets a limit and only the result counts.
  timeout 120 chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
    --disable-background-networking --user-data-dir="$tmp/profile" \
    --print-to-pdf="$tmp/page.pdf" "file://$here/$1" >/dev/null 2>&1 || true
  [ -s "$tmp/page.pdf" ] || { echo "$1: no PDF came out" >&2; exit 1; }
  qpdf --deterministic-id --object-streams=generate --recompress-flate --compression-level=9 "$tmp/page.pdf" "$out/$2"
  rm -f "$tmp/page.pdf"
  # Every font must be embedded, and none may be a Type 3 font (a sign that a font of the list above is missing).
  if pdffonts "$out/$2" | tail -n +3 | grep -E 'Type 3| no +(yes|no) +(yes|no) ' ; then
    echo "$2: a font is not embedded as it should be" >&2; exit 1
  fi
  printf '%s\t%s pages\t%s bytes\n' "$2" "$(pdfinfo "$out/$2" | awk '/^Pages/{print $2}')" "$(stat -c %s "$out/$2")"
}

# The table of contents is written by hand in the source: each entry must be found on the page it names.
check_toc() { # check_toc SOURCE TARGET
  local bad=0 title page
  while IFS=$'\t' read -r title page; do
    if ! pdftotext -f "$page" -l "$page" "$out/$2" - | tr -d ' \n\f' | grep -qF "$(tr -d ' ' <<<"$title")"; then
      echo "$2: '$title' is not on page $page" >&2; bad=1
    fi
  done < <(sed -nE 's#.*<p class="toc[^"]*"><span>([^<]*)</span><i>.*- ([0-9]+) -.*#\1\t\2#p' "$here/$1")
  return $bad
}

build qinglan-xinghe-initiation.html '青岚证券-星河智能(999230.SZ)首次覆盖-20250818.pdf'
build qinglan-xinghe-interim.html    '青岚证券-星河智能-999230.SZ-2026年中报点评-20260828.pdf'
build qinglan-storage-industry.html  '20260615-青岚证券-储能行业深度报告.pdf'
build wangjiang-morning.html         '望江证券晨会纪要20260911.pdf'
build beichen-farsail.html           'Beichen_FarSail_99988HK_20260720.pdf'
build qinglan-lanhai-q3.html         '青岚证券-澜海储能-三季报预告点评-20261016.pdf'
check_toc qinglan-storage-industry.html '20260615-青岚证券-储能行业深度报告.pdf'
