#!/usr/bin/env bash
# Builds the PDFs of a set from its sources: make.sh SET [NAME...], all without a name; the sets are houses and houses2.
# Needs: python3, chromium, weasyprint, libreoffice-writer, qpdf, poppler-utils, fonts-wqy-microhei, fonts-wqy-zenhei,
# fonts-liberation, fonts-arphic-gbsn00lp, fonts-arphic-gkai00mp, and fonts-freefont-ttf for the letters of formulas
# (all with TrueType outlines; others come out as Type 3).
# A source with a part @@scan has a first page that is a picture: the part is printed apart and put in as scan.jpg.
set -euo pipefail
tools=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$tools/../../${1:?which set}" && pwd)
here="$out/src"
shift
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export PYTHONDONTWRITEBYTECODE=1

browser() { # browser HTML PDF: a browser may go on for a while after the page is written, so only the result counts
  timeout 120 chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --disable-background-networking \
    --user-data-dir="$tmp/profile" --print-to-pdf="$2" "file://$1" >/dev/null 2>&1 || true
}

render() { # render ENGINE SOURCE: leaves $tmp/page.pdf
  if grep -q '^@@scan' "$2"; then
    sed -n '/^@@scan/,/^@@html/p' "$2" | sed '1d;$d' >"$tmp/scan.html"
    browser "$tmp/scan.html" "$tmp/scan.pdf"
    pdftoppm -r 60 -gray -jpeg -jpegopt quality=40 -singlefile "$tmp/scan.pdf" "$tmp/scan"
  fi
  python3 "$tools/build.py" "$2" >"$tmp/page.html"
  case $1 in
  chromium) browser "$tmp/page.html" "$tmp/page.pdf" ;;
  weasyprint) weasyprint -q "$tmp/page.html" "$tmp/page.pdf" ;;
  libreoffice)
    mv "$tmp/page.html" "$tmp/page.fodt"
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
