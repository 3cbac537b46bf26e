#!/bin/sh
# Makes the pictures of this folder: plays the demo and photographs the comment
# and the check run of its page, at the width of a desk and of a phone. Needs Go, git, and on
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

# shoot PAGE NAME WIDTH SCALE: the height is what the page says it needs.
shoot() {
	height=$(browser --window-size="$3,100" --dump-dom "file://$work/$1" | sed -n 's/.*<title>\([0-9][0-9]*\)<.*/\1/p')
	browser --window-size="$3,$height" --force-device-scale-factor="$4" --screenshot="$here/$2" "file://$work/$1"
	pngquant --force --ext .png 64 "$here/$2"
	size=$(wc -c <"$here/$2")
	echo "$2: $3 x $height, $size bytes"
	[ "$size" -le 200000 ] || { echo "$2 is over 200 kB" >&2 && exit 1; }
}

(cd "$root" && go run ./cmd/mlops-maturity demo --html "$work/page.html" >/dev/null 2>"$work/log") || {
	cat "$work/log" >&2
	exit 1
}
# The part up to the end of the comment, then the check run alone; the title of
# each is its height.
sed -i '/Content-Security-Policy/d' "$work/page.html"
sed -e '/<\/article>/q' "$work/page.html" >"$work/comment.html"
sed -e '/<header>/,/<section id="check"/{/<section id="check"/!d}' -e '/<h2>The lines that they name/,$d' "$work/page.html" >"$work/check.html"
for page in comment check; do
	echo '<script>document.title = document.documentElement.scrollHeight</script>' >>"$work/$page.html"
	shoot $page.html $page.png 860 1.5
	shoot $page.html $page-phone.png 390 2
done
