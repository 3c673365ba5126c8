#!/usr/bin/env bash
# Makes article.png and category.png anew from the sample archive, with headless Chromium and newsgen's own server.
# Each is at most 1200 pixels wide and below 150 kB; where it is larger, install pngquant, which reduces its colours.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-.venv/bin/python}
port=${PORT:-8765}
width=1100 height=1250
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
folder=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server"; fi; rm -rf "$folder"' EXIT

# The pages name their files from the top of the site, so they are looked at through a server.
# Nothing but the sources goes along, so that the site of the checkout stays as it is.
mkdir "$folder/archive"
cp -R newsgen.yaml content "$folder/archive/"
for part in templates static; do cp -R "$part" "$folder/archive/"; done
(cd "$folder/archive" && PYTHONPATH="$OLDPWD/src" "$OLDPWD/$python" -m newsgen build --quiet --now 2026-11-25T12:00:00+01:00)
"$python" -m http.server "$port" --bind 127.0.0.1 --directory "$folder/archive/site" >/dev/null 2>&1 &
server=$!
sleep 1

shot() {  # NAME ADDRESS
    "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --user-data-dir="$folder/browser" --hide-scrollbars \
        --window-size="$width,$height" --screenshot="$folder/$1.png" "http://127.0.0.1:$port$2" >/dev/null 2>&1
    if command -v pngquant >/dev/null; then
        pngquant --force --quality 60-95 --output "$folder/$1.png" "$folder/$1.png"
    fi
    size=$(wc -c <"$folder/$1.png")
    if [ "$size" -ge 150000 ]; then echo "$1.png has $size bytes: too large" >&2; exit 1; fi
    cp "$folder/$1.png" "docs/screenshots/$1.png"
    echo "docs/screenshots/$1.png: $size bytes"
}

shot article /fr/2023/04/pekin-moscou-liens-alliances-guerre-froide/
shot category /fr/europe/
