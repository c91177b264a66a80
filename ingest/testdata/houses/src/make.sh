#!/usr/bin/env bash
# Builds the PDFs of this folder from the sources beside this script: make.sh [NAME...], all without a name.
# Needs: python3, chromium, weasyprint, libreoffice-writer, qpdf, poppler-utils, fonts-wqy-microhei, fonts-wqy-zenhei,
# fonts-liberation, fonts-arphic-gbsn00lp, fonts-arphic-gkai00mp (all with TrueType outlines; others come out as Type 3).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out="$here/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

render() { # render ENGINE SOURCE: leaves $tmp/page.pdf
  case $1 in
  chromium)
    PYTHONDONTWRITEBYTECODE=1 python3 "$here/build.py" "$2" >"$tmp/page.html"
    # A browser may go on for a while after the page is written, so it gets a limit and only the result counts.
    timeout 120 chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
      --disable-background-networking --user-data-dir="$tmp/profile" \
      --print-to-pdf="$tmp/page.pdf" "file://$tmp/page.html" >/dev/null 2>&1 || true ;;
  weasyprint)
    PYTHONDONTWRITEBYTECODE=1 python3 "$here/build.py" "$2" >"$tmp/page.html"
    weasyprint -q "$tmp/page.html" "$tmp/page.pdf" ;;
  libreoffice)
    PYTHONDONTWRITEBYTECODE=1 python3 "$here/build.py" "$2" >"$tmp/page.fodt"
    soffice --headless "-env:UserInstallation=file://$tmp/office" --convert-to pdf --outdir "$tmp" "$tmp/page.fodt" >/dev/null 2>&1 ;;
  esac
}

for source in "$here"/*.txt; do
  name=$(basename "$source" .txt)
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  file=$(sed -n 's/^file: *//p' "$source" | head -1)
  render "$(sed -n 's/^engine: *//p' "$source" | head -1)" "$source"
  [ -s "$tmp/page.pdf" ] || { echo "$name: no PDF came out" >&2; exit 1; }
  qpdf --deterministic-id --object-streams=generate --recompress-flate --compression-level=9 "$tmp/page.pdf" "$out/$file"
  rm -f "$tmp/page.pdf"
  if pdffonts "$out/$file" | tail -n +3 | grep -E -v ' TrueType .* yes (yes|no) (yes|no) '; then
    echo "$name: a font is not embedded as TrueType" >&2; exit 1
  fi
  printf '%s\t%s pages\t%s bytes\n' "$file" "$(pdfinfo "$out/$file" | awk '/^Pages/{print $2}')" "$(stat -c %s "$out/$file")"
done
