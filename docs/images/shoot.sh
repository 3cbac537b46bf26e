#!/bin/sh
# Makes the pictures of this folder: plays the demo and photographs the comment
# of its page, at the width of a desk and of a phone. Needs Go, git, and on
# Debian: apt-get install chromium fonts-liberation fonts-dejavu pngquant
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

browser() {
	rm -rf "$work/profile"
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/profile" "$@" 2>"$work/log" || {
		cat "$work/log" >&2
		exit 1
	}
}

# shoot NAME WIDTH SCALE: the height is what the page says it needs.
shoot() {
	height=$(browser --window-size="$2,100" --dump-dom "file://$work/comment.html" | sed -n 's/.*<title>\([0-9][0-9]*\)<.*/\1/p')
	browser --window-size="$2,$height" --force-device-scale-factor="$3" --screenshot="$here/$1" "file://$work/comment.html"
	pngquant --force --ext .png 64 "$here/$1"
	size=$(wc -c <"$here/$1")
	echo "$1: $2 x $height, $size bytes"
	[ "$size" -le 200000 ] || { echo "$1 is over 200 kB" >&2 && exit 1; }
}

(cd "$root" && go run ./cmd/mlops-maturity demo --html "$work/page.html" >/dev/null 2>"$work/log") || {
	cat "$work/log" >&2
	exit 1
}
# The part up to the end of the comment, and its height as the title.
sed -e '/Content-Security-Policy/d' -e '/<\/article>/q' "$work/page.html" >"$work/comment.html"
echo '<script>document.title = document.documentElement.scrollHeight</script>' >>"$work/comment.html"
shoot comment.png 860 1.5
shoot comment-phone.png 390 2
