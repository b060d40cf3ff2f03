#!/bin/sh
# Installs {{.Name}} for you alone, below your home folder; nothing needs root.
#
#   ./install.sh              installs it, or a newer version over an older one
#   ./install.sh -uninstall   removes it; your settings stay
set -eu

id={{.ID}}
bin=$HOME/.local/bin
share=${XDG_DATA_HOME:-$HOME/.local/share}
here=$(cd "$(dirname "$0")" && pwd)
list=$share/doc/$id/installed

# say prints a line as it is: some shells' echo takes a backslash for more.
say() {
	printf '%s\n' "$1"
}

# quit ends the program that runs, if one does, and waits until it has.
quit() {
	if [ -x "$bin/$id" ] && ! "$bin/$id" -quit; then
		say "install.sh: $bin/$id -quit failed; if {{.Name}} still runs, end it" >&2
	fi
}

# refresh tells the desktop of what has changed, where there is something to tell.
refresh() {
	if command -v update-desktop-database >/dev/null; then
		update-desktop-database -q "$share/applications" || true
	fi
	if command -v gtk-update-icon-cache >/dev/null && [ -d "$share/icons/hicolor" ]; then
		gtk-update-icon-cache -q -t -f "$share/icons/hicolor" || true
	fi
}

# place copies a file to where it belongs, whole or not at all.
place() {
	mkdir -p "$(dirname "$2")"
	cp "$1" "$2.new"
	mv -f "$2.new" "$2"
	say "$2" >>"$list.new"
}

install() {
	if ! "$here/bin/$id" -version >/dev/null; then
		say "install.sh: this computer cannot run $here/bin/$id: is the archive for another processor?" >&2
		exit 1
	fi
	quit
	mkdir -p "$share/doc/$id"
	: >"$list.new"
	place "$here/bin/$id" "$bin/$id"
	(cd "$here/share" && find . -type f) | while read -r name; do
		place "$here/share/$name" "$share/${name#./}"
	done
	place "$here/install.sh" "$share/doc/$id/install.sh"
	# The menu may not look for programs where this one is.
	quoted=$(printf %s "$bin/$id" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g; s/%/%%/g; s/[\\&|]/\\&/g')
	entry=$share/applications/$id.desktop
	sed "s|^Exec=$id|Exec=\"$quoted\"|" "$entry" >"$entry.new"
	mv -f "$entry.new" "$entry"
	mv -f "$list.new" "$list"
	refresh
	say "{{.Name}} is installed: start it from the menu, or as $bin/$id."
	say "To remove it: sh $share/doc/$id/install.sh -uninstall"
}

uninstall() {
	if [ ! -f "$list" ]; then
		say "install.sh: {{.Name}} is not installed here: there is no $list" >&2
		exit 1
	fi
	quit
	while read -r name; do
		rm -f "$name"
	done <"$list"
	rm -f "$list"
	login=${XDG_CONFIG_HOME:-$HOME/.config}/autostart/$id.desktop
	if [ -f "$login" ] && grep -qxF "TryExec=$bin/$id" "$login"; then
		rm -f "$login"
	fi
	rmdir "$share/doc/$id"
	refresh
	say "{{.Name}} is removed. Your settings are still in ${XDG_CONFIG_HOME:-$HOME/.config}/$id."
}

case "${1-}" in
'') install ;;
-uninstall) uninstall ;;
*)
	say "usage: install.sh [-uninstall]" >&2
	exit 2
	;;
esac
