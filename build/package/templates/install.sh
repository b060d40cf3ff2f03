#!/bin/sh
# Installs {{.Name}} below your home folder, for you and no other users. It does not need root.
#
#   ./install.sh              installs the program, or upgrades an older version
#   ./install.sh -uninstall   removes the program, and keeps your settings
#
# It keeps a list of all installed files. The list is written before the files, so that an
# interrupted installation can be removed as well.
set -eu

id={{.ID}}
command={{.Command}}
name={{sh .Name}}
nl='
'

# Treat paths as bytes in any locale, and ignore CDPATH.
LC_ALL=C
export LC_ALL
unset CDPATH

# say prints a line. Unlike echo, it prints backslashes unchanged in all shells.
say() {
	printf '%s\n' "$1"
}

fail() {
	say "install.sh: $1" >&2
	exit 1
}

# folder prints $1 if it is an absolute path, and otherwise $2.
folder() {
	case $1 in
	/*) say "$1" ;;
	*) say "$2" ;;
	esac
}

case ${HOME-} in
/*) ;;
*) fail "HOME is not set to an absolute path, so the place to install is unknown." ;;
esac
case $HOME${XDG_DATA_HOME-} in
*[[:cntrl:]]*) fail "HOME or XDG_DATA_HOME contains a control character, such as a line break." ;;
esac
if command -v iconv >/dev/null && ! printf %s "$HOME${XDG_DATA_HOME-}" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; then
	fail "HOME or XDG_DATA_HOME is not valid UTF-8, which menus do not support."
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
list=$doc/installed # one path per line; the folders that were made end in a slash

# quit shuts down the program if it is running, and waits until it has ended.
quit() {
	if [ -x "$bin/$command" ] && ! "$bin/$command" -quit >/dev/null; then
		say "install.sh: $bin/$command -quit failed. If $name is still running, shut it down." >&2
	fi
}

# refresh updates the desktop's caches, if there are any. It also makes the caches of files and
# URLs, because desktops look only there for programs that open them, and removes empty ones.
refresh() {
	entries=$share/applications
	if [ -f "$entries/mimeinfo.cache" ] || grep -qs '^MimeType=' "$entries/$id.desktop" "$entries/zz-$id-files.desktop" "$entries/$id-url.desktop"; then
		update-desktop-database -q "$entries" 2>/dev/null || true
	fi
	if [ -f "$entries/mimeinfo.cache" ] && ! grep -q = "$entries/mimeinfo.cache"; then
		rm -f "$entries/mimeinfo.cache" || fail "$entries/mimeinfo.cache cannot be removed. Check its permissions, and try again."
	fi
	mime=$share/mime
	if [ -d "$mime/packages" ]; then
		update-mime-database "$mime" >/dev/null 2>&1 || true
		if [ -z "$(ls -A "$mime/packages")" ]; then
			(cd "$mime" && rm -f aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version XMLnamespaces) || fail "the files in $mime cannot be removed. Check their permissions, and try again."
			rmdir "$mime"/* "$mime" 2>/dev/null || true
		fi
	fi
	icons=$share/icons/hicolor
	if [ -f "$icons/icon-theme.cache" ] && ! gtk-update-icon-cache -q -t -f "$icons" 2>/dev/null; then
		touch "$icons" || true # GTK ignores a cache that is older than its folder
	fi
}

{{with .Shared -}}
# openers prints each type of files that other programs also open, and the entry of the program
# that opens it.
openers() {
	for type in{{range types .}} {{.}}{{end}}; do
		say "$type $(xdg-mime query default "$type" 2>/dev/null || true)"
	done
}

# restore makes the programs in the list $1 open these files again. Unless you have chosen a
# program, desktops prefer the entry in your own folder.
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
# target prints the path where a file of the archive is installed.
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

# plan reads the names of files in the archive. It prints the paths where they are installed, and
# the folders that have to be made. It fails if one of these files exists and is not in the
# list $1.
plan() {
	while IFS= read -r file; do
		path=$(target "$file")
		for found in "$path" "$path.new"; do
			if ! contains "$1" "$path" && { [ -e "$found" ] || [ -L "$found" ]; }; then
				fail "$found exists already, and this script has not installed it. Move it away first."
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

# move renames the file $1 to $2, and replaces an old file. mv alone would move it into a folder
# of that name.
move() {
	[ ! -d "$2" ] || fail "$2 is a folder."
	mv -f "$1" "$2"
}

# entry replaces the name of the program in a menu entry by its path, because menus may not search
# its folder.
entry() {
	# Quoted as an argument, then as a value, then for sed.
	quoted=\"$(printf %s "$bin/$command" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g; s/%/%%/g; s/[\\&|]/\\&/g')\"
	case $bin in # desktops do not find a program whose path has these
	*[%=]*) quoted='sh -c "exec \\\\"\\\\$0\\\\" \\\\"\\\\$@\\\\"" '$quoted ;;
	esac
	sed "s|^Exec=$command|Exec=$quoted|"
}

# place installs a file of the archive, completely or not at all.
place() {
	path=$(target "$1")
	mkdir -p "${path%/*}"
	case $1 in
	share/applications/*) entry <"$here/$1" >"$path.new" ;;
	*) cp "$here/$1" "$path.new" ;;
	esac
	move "$path.new" "$path"
}

# remove reads paths of files and deletes them. It prints the paths of those that it cannot
# delete.
remove() {
	while IFS= read -r path; do
		[ -z "$path" ] || rm -f "$path" "$path.new" || say "$path"
	done
}

# files and dirs print the files and the folders of a list. They run no other command, because the
# shell ignores the failure of a command in the middle of a pipeline.
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

# keep writes the list of installed files. Its arguments are lists.
keep() {
	for lines; do
		[ -z "$lines" ] || say "$lines"
	done | sort -u >"$list.new"
	move "$list.new" "$list"
}

unfinished() {
	[ $? = 0 ] || say "install.sh: $name is not completely installed. Run this again, or remove it with: sh $here/install.sh -uninstall" >&2
}

install() {
	[ -f "$here/bin/$command" ] || fail "there is no $here/bin/$command. Unpack the whole archive, and run the install.sh in it."
	if ! "$here/bin/$command" -version >/dev/null; then
		fail "this computer cannot run $here/bin/$command: is the archive for another processor?"
	fi
	if [ "$(id -u)" = 0 ]; then
		say "install.sh: you are root, so $name is installed only for root. The packages install it for all users." >&2
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
	# Remove the files that only the old version has.
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

# login prints the path of the entry that starts the program at login, unless it starts another
# copy. The program writes its own path there, with symbolic links resolved.
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
		rm -f "$list.new" # left if an installation was interrupted early
		rmdir "$doc" 2>/dev/null || true
		fail "$name is not installed here: there is no $list"
	fi
	all=$(cat "$list")
	login=
	[ ! -d "$bin" ] || login=$(login)
	quit
	# Remove the script and its list last, so that this can be repeated.
	left=$(files "$login$nl$all" | while IFS= read -r path; do
		[ "$path" = "$doc/install.sh" ] || say "$path"
	done | remove)
	[ -z "$left" ] || fail "these files cannot be removed. Check their permissions, and try again:
$left"
	refresh
	made=$(dirs "$all" | sort -r)
	rm -f "$list.new" "$doc/install.sh.new" "$doc/install.sh" "$list"
	say "$made" | while IFS= read -r dir; do
		rmdir "$dir" 2>/dev/null || true # it contains other files
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
