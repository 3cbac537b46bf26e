#!/bin/sh
# Makes the pictures of this folder: plays the demo and photographs the comment
# and the check run of its page, and the check run of a pull request that goes
# back, at the width of a desk and of a phone. Needs Go, git, and on Debian: apt-get install chromium fonts-liberation fonts-dejavu pngquant
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

# play NAME ARGUMENT…: the demo's page, without what keeps a photographer out.
play() {
	name=$1
	shift
	(cd "$root" && go run ./cmd/mlops-maturity demo --html "$work/$name.html" "$@" >/dev/null 2>"$work/log") || {
		cat "$work/log" >&2
		exit 1
	}
	sed -i '/Content-Security-Policy/d' "$work/$name.html"
}

# unpack ARCHIVE DIR: the files of a txtar archive.
unpack() {
	awk -v dir="$2" '
		/^-- .* --$/ { if (f) close(f); f = dir "/" substr($0, 4, length($0) - 6); d = f; sub("/[^/]*$", "", d); system("mkdir -p \"" d "\""); next }
		f { print > f }' "$1"
}

commit() { git -C "$work/churn" add -A && git -C "$work/churn" -c user.name=demo -c user.email=demo@example.org commit -qm "$1"; }

# The sample's pull request; and one that goes back, in a team that wants such a
# thing to fail.
play page
mkdir "$work/churn"
unpack "$root/app/demo/sample/base.txtar" "$work/churn"
unpack "$root/app/demo/sample/change.txtar" "$work/churn"
printf 'version: 1\ntarget_level: 3\nfail_on: [regression]\n' >"$work/churn/.mlops-maturity.yml"
git -C "$work/churn" init -qb main
commit "Train every Monday, track the runs, register the model"
git -C "$work/churn" checkout -qb by-hand
git -C "$work/churn" rm -q .github/workflows/train.yml
commit "Train by hand for now"
play back --repo "$work/churn" --base main --head by-hand

# The part up to the end of the comment, then the check run alone, and of the
# second pull request what leads to its profile; the title of each is its height.
check='/<header>/,/<section id="check"/{/<section id="check"/!d}'
sed -e '/<\/article>/q' "$work/page.html" >"$work/comment.html"
sed -e "$check" -e '/<h2>The lines that they name/,$d' "$work/page.html" >"$work/check.html"
sed -e "$check" -e '/<h3>Profile/,$d' "$work/back.html" >"$work/lost.html"
for page in comment check lost; do
	echo '<script>document.title = document.documentElement.scrollHeight</script>' >>"$work/$page.html"
	shoot $page.html $page.png 860 1.5
	shoot $page.html $page-phone.png 390 2
done
