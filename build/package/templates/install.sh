#!/bin/sh
# Installs {{.Name}} for you alone, below your home folder; nothing needs root.
#
#   ./install.sh              installs it, or a newer version over an older one
#   ./install.sh -uninstall   removes it; your settings stay
#
# A list of all installed files is kept. It is written before them, so that an
# installation that was interrupted can be undone too.
set -eu

id={{.ID}}
command={{.Command}}
name={{sh .Name}}
nl='
'

# Paths are bytes, whatever the locale, and cd goes where it is told.
LC_ALL=C
export LC_ALL
unset CDPATH

# say prints a line as it is: some shells' echo takes a backslash for more.
say() {
	printf '%s\n' "$1"
}

fail() {
	say "install.sh: $1" >&2
	exit 1
}

# folder prints the folder in the variable $1, or $2 unless that is absolute.
folder() {
	case $1 in
	/*) say "$1" ;;
	*) say "$2" ;;
	esac
}

case ${HOME-} in
/*) ;;
*) fail "HOME is not set to an absolute path, so there is no telling where to install." ;;
esac
case $HOME${XDG_DATA_HOME-} in
*[[:cntrl:]]*) fail "HOME or XDG_DATA_HOME holds a control character, such as a line break." ;;
esac
if command -v iconv >/dev/null && ! printf %s "$HOME${XDG_DATA_HOME-}" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; then
	fail "HOME or XDG_DATA_HOME is not valid UTF-8, and menus know no other paths."
fi
[ -d "$HOME" ] || fail "your home folder $HOME does not exist."
[ -O "$HOME" ] || fail "your home folder $HOME belongs to another user. Run this as that user, without sudo."

here=$(cd -- "$(dirname -- "$0")" && pwd)
bin=$HOME/.local/bin
share=$(folder "${XDG_DATA_HOME-}" "$HOME/.local/share")
if [ -f "$here/installed" ]; then # this is the installed script
	share=$(dirname "$(dirname "$here")")
fi
config=$(folder "${XDG_CONFIG_HOME-}" "$HOME/.config")
doc=$share/doc/$id
list=$doc/installed # paths, one a line; folders that were made end in a slash

# quit ends the running program, if there is one, and waits until it has ended.
quit() {
	if [ -x "$bin/$command" ] && ! "$bin/$command" -quit >/dev/null; then
		say "install.sh: $bin/$command -quit failed; if $name still runs, end it" >&2
	fi
}

# refresh updates the desktop's caches, where there are any. Desktops know by them alone
# which programs open files and URLs, so that those are made as well, and removed when
# nothing is in them any more.
refresh() {
	entries=$share/applications
	if [ -f "$entries/mimeinfo.cache" ] || grep -qs '^MimeType=' "$entries/$id.desktop" "$entries/zz-$id-files.desktop" "$entries/$id-url.desktop"; then
		update-desktop-database -q "$entries" 2>/dev/null || true
	fi
	if [ -f "$entries/mimeinfo.cache" ] && ! grep -q = "$entries/mimeinfo.cache"; then
		rm -f "$entries/mimeinfo.cache" || true
	fi
	mime=$share/mime
	if [ -d "$mime/packages" ]; then
		update-mime-database "$mime" >/dev/null 2>&1 || true
		if [ -z "$(ls -A "$mime/packages")" ]; then
			(cd "$mime" && rm -f aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version XMLnamespaces) || true
			rmdir "$mime"/* "$mime" 2>/dev/null || true
		fi
	fi
	icons=$share/icons/hicolor
	if [ -f "$icons/icon-theme.cache" ] && ! gtk-update-icon-cache -q -t -f "$icons" 2>/dev/null; then
		touch "$icons" || true # GTK does not use a cache that is older than its folder
	fi
}

{{with .Shared -}}
# openers prints, for each type of files that other programs open, too, the entry of the
# program that does.
openers() {
	for type in{{range types .}} {{.}}{{end}}; do
		say "$type $(xdg-mime query default "$type" 2>/dev/null || true)"
	done
}

# restore has the other programs of the list $1 open these files as before. Without a choice
# of yours, desktops take the entry that is in your own folder.
restore() {
	openers | while read -r type now; do
		before=$(say "$1" | sed -n "s|^$type ||p")
		case $before in
		'' | "$now" | "zz-$id-files.desktop") ;;
		*) xdg-mime default "$before" "$type" || true ;;
		esac
	done
}

{{end -}}
# target prints where a file of the archive belongs.
target() {
	case $1 in
	bin/*) say "$bin/${1#bin/}" ;;
	share/*) say "$share/${1#share/}" ;;
	*) say "$doc/$1" ;;
	esac
}

# contains reports whether the list $1 has the line $2.
contains() {
	case $nl$1$nl in
	*"$nl$2$nl"*) return 0 ;;
	esac
	return 1
}

# plan reads names of files in the archive. It prints where they belong, and which
# folders have to be made. It fails if somebody else's file is in the way.
plan() {
	while IFS= read -r file; do
		path=$(target "$file")
		for found in "$path" "$path.new"; do
			if ! contains "$1" "$path" && { [ -e "$found" ] || [ -L "$found" ]; }; then
				fail "$found is there already, and this script has not installed it. Move it away first."
			fi
		done
		say "$path"
		dir=${path%/*}
		while [ ! -d "$dir/" ]; do
			say "$dir/"
			dir=${dir%/*}
		done
	done
}

# move renames a file, over an old one if need be. mv alone would put it into a
# folder of that name.
move() {
	[ ! -d "$2" ] || fail "$2 is a folder."
	mv -f "$1" "$2"
}

# entry turns the archive's menu entry into one with the program's path: the menu
# may not look for programs where this one is.
entry() {
	# Quoted as an argument, as a value and for sed.
	quoted=\"$(printf %s "$bin/$command" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g; s/%/%%/g; s/[\\&|]/\\&/g')\"
	case $bin in # desktops do not find a program with these in its path
	*[%=]*) quoted='sh -c "exec \\\\"\\\\$0\\\\" \\\\"\\\\$@\\\\"" '$quoted ;;
	esac
	sed "s|^Exec=$command|Exec=$quoted|"
}

# place copies a file of the archive to where it belongs, whole or not at all.
place() {
	path=$(target "$1")
	mkdir -p "${path%/*}"
	case $1 in
	share/applications/*) entry <"$here/$1" >"$path.new" ;;
	*) cp "$here/$1" "$path.new" ;;
	esac
	move "$path.new" "$path"
}

# remove deletes the files that it reads the paths of, and prints the paths of
# those that it cannot delete.
remove() {
	while IFS= read -r path; do
		[ -z "$path" ] || rm -f "$path" "$path.new" || say "$path"
	done
}

# files and dirs print those lines of a list that are files, and those that are
# folders. They use no other command: of one that fails in the middle of a pipeline
# the shell says nothing.
files() {
	say "$1" | while IFS= read -r path; do
		case $path in
		'' | */) ;;
		*) say "$path" ;;
		esac
	done
}

dirs() {
	say "$1" | while IFS= read -r path; do
		case $path in
		*/) say "$path" ;;
		esac
	done
}

# keep writes the list of installed files: the lines of its arguments.
keep() {
	for lines; do
		[ -z "$lines" ] || say "$lines"
	done | sort -u >"$list.new"
	move "$list.new" "$list"
}

unfinished() {
	[ $? = 0 ] || say "install.sh: $name is not completely installed. Run this again, or undo it: sh $here/install.sh -uninstall" >&2
}

install() {
	[ -f "$here/bin/$command" ] || fail "there is no $here/bin/$command. Run this in the folder of the unpacked archive."
	if ! "$here/bin/$command" -version >/dev/null; then
		fail "this computer cannot run $here/bin/$command: is the archive for another processor?"
	fi
	if [ "$(id -u)" = 0 ]; then
		say "install.sh: you are root, so $name is installed for root alone. The packages install it for everybody." >&2
	fi
	sources=$(cd "$here" && find bin share install.sh -type f)
	old=
	[ ! -f "$list" ] || old=$(cat "$list")
	new=$(say "$sources" | plan "$old")
	running=
	[ ! -f "$bin/$command" ] || running=maybe

	trap unfinished EXIT
{{- if .Shared}}
	openers=$(openers)
{{- end}}
	mkdir -p "$doc"
	keep "$old" "$new"
	say "$sources" | while IFS= read -r file; do
		place "$file"
	done
	# What the old version had and the new one has not.
	left=$(files "$old" | while IFS= read -r path; do
		contains "$new" "$path" || say "$path"
	done | remove)
	keep "$new" "$left" "$(dirs "$old")"
	[ -z "$running" ] || quit
	[ -z "$left" ] || fail "these files of the older version cannot be removed:
$left"
	trap - EXIT
	refresh
{{- if .Shared}}
	restore "$openers"
{{- end}}
	say "$name is installed: start it from the menu, or as $bin/$command."
	say "To remove it: sh $doc/install.sh -uninstall"
}

# login prints the file that starts the program at login, if it starts this one.
# The program writes its path there with symbolic links resolved.
login() {
	file=$config/autostart/$id.desktop
	real=$(cd "$bin" && pwd -P)/$command
	[ -f "$file" ] || return 0
	entry=$(cat "$file")
	for path in "$bin/$command" "$real"; do
		value=$(say "$path" | sed 's/\\/\\\\/g')
		if contains "$entry" "TryExec=$value"; then
			say "$file"
			return
		fi
	done
}

uninstall() {
	if [ ! -f "$list" ]; then
		rm -f "$list.new" # if an installation was interrupted at once
		rmdir "$doc" 2>/dev/null || true
		fail "$name is not installed here: there is no $list"
	fi
	all=$(cat "$list")
	login=
	[ ! -d "$bin" ] || login=$(login)
	quit
	# The script and its list go last, so that this can be tried again.
	left=$(files "$login$nl$all" | while IFS= read -r path; do
		[ "$path" = "$doc/install.sh" ] || say "$path"
	done | remove)
	[ -z "$left" ] || fail "these files cannot be removed; try again when they can:
$left"
	refresh
	made=$(dirs "$all" | sort -r)
	rm -f "$list.new" "$doc/install.sh.new" "$doc/install.sh" "$list"
	say "$made" | while IFS= read -r dir; do
		rmdir "$dir" 2>/dev/null || true # it holds something else
	done
	say "$name is removed. Your settings are still in $config/$id."
	[ ! -d "$share/$id" ] || say "Its files are still in $share/$id."
}

case "${1-}" in
'') install ;;
-uninstall) uninstall ;;
*)
	say "usage: install.sh [-uninstall]" >&2
	exit 2
	;;
esac
