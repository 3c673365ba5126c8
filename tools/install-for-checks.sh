#!/usr/bin/env bash
# Installs what the checks of the generated site need beside Python (docs/checks.md): Chromium, Node, npm, Java; and what the
# tests of publishing need: servers for SSH and HTTP (nginx, Apache, Caddy), rsync, busybox.
# On Debian and systems like it, as root, with apt; what is there already is left alone. Elsewhere it says what is missing.
set -euo pipefail

has() { command -v "$1" >/dev/null 2>&1; }
# html-validate and Lighthouse want Node 18.19 or newer; Debian 12 has 18.20.
has_node() { has node && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 18 || (a === 18 && b >= 19) ? 0 : 1)'; }

missing=()
# A browser without fonts shows nothing, and finds no fault with it.
has chromium || has chromium-browser || has google-chrome || [ -n "${CHROME_PATH:-}" ] ||
    missing+=(chromium fonts-dejavu-core fonts-liberation)
has_node || missing+=(nodejs)
has npm || missing+=(npm)
has java || missing+=(default-jre-headless)
# Publishing: real servers on loopback, which Debian keeps in sbin.
has_server() { [ -n "$(PATH=$PATH:/usr/sbin:/sbin command -v "$1")" ]; }
has ssh || missing+=(openssh-client)
has_server sshd || missing+=(openssh-server)
has_server nginx || missing+=(nginx-light)
has_server apache2 || missing+=(apache2-bin) # the program without its service
has_server caddy || missing+=(caddy)
has rsync || missing+=(rsync)
has busybox || missing+=(busybox)

if [ ${#missing[@]} = 0 ]; then
    echo 'Chromium, Node, npm, Java and the servers are there.'
    exit
fi
if ! has apt-get || [ "$(id -u)" != 0 ]; then
    echo "install these first (names of Debian's packages): ${missing[*]}" >&2
    exit 1
fi
echo "installing with apt: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends "${missing[@]}" >/dev/null
has_node || { echo "this system's Node is older than 18.19: $(node --version)" >&2; exit 1; }
