// Fields for a path, such as <input name="folder" data-pick="folder">, get a line that describes
// the path, recent paths as suggestions, and a button that opens the system's dialog.
const style = new CSSStyleSheet(); // every Content-Security-Policy allows this kind
style.replaceSync(`@layer app {
	button.app-pick { margin-block: .25rem }
	.app-pick-note { color: var(--state, var(--quiet, inherit)) !important }
	@media (min-width: 30rem) {
		input[data-pick]:has(+ button.app-pick) { display: inline-block; max-inline-size: calc(100% - 9rem); margin-inline-end: .5rem }
	}
}`);
document.adoptedStyleSheets.push(style);

async function ask(page, field, more, signal) {
	const body = new URLSearchParams({field: field.name, kind: field.dataset.pick, path: field.value, ...more});
	const response = await fetch(page, {method: "POST", body, signal});
	return response.ok ? response.json() : {};
}

function create(tag, properties) {
	return Object.assign(document.createElement(tag), properties);
}

function improve(field, number) {
	const note = create("small", {className: "app-pick-note", id: "app-pick-" + number});
	note.setAttribute("role", "status");
	const place = field.closest("label") ?? field;
	place.after(note);
	field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));

	// While the owner is typing, an incomplete path is not an error.
	function say({note: text = "", problem = ""}, complete) {
		note.textContent = problem || text;
		note.classList.toggle("error", complete && problem !== "");
		if (complete && problem) field.setAttribute("aria-invalid", "true");
		else field.removeAttribute("aria-invalid");
	}

	let timer, latest;
	function stopChecking() {
		clearTimeout(timer);
		latest?.abort();
	}
	async function check(complete) {
		stopChecking();
		const {signal} = latest = new AbortController();
		try {
			const reply = await ask("/app.path", field, {}, signal);
			if (!signal.aborted) say(reply, complete);
		} catch {} // a later check has replaced this one, or the program has ended
	}
	field.addEventListener("input", () => {
		document.getElementById(field.name + "Error")?.remove(); // the server's error for the old path
		clearTimeout(timer);
		timer = setTimeout(check, 300, false);
	});
	field.addEventListener("change", () => check(true));

	function offer(recent) {
		const list = create("datalist", {id: note.id + "-recent"});
		list.append(...recent.map(value => create("option", {value})));
		note.after(list);
		field.setAttribute("list", list.id);
	}

	function addButton() {
		const label = field.labels[0]?.textContent.trim() || field.ariaLabel || "";
		const button = create("button", {type: "button", className: "app-pick", textContent: "Choose…"});
		if (label) button.ariaLabel = "Choose… " + label;
		let dialog;
		button.addEventListener("click", async () => {
			if (dialog) return;
			dialog = new AbortController();
			button.ariaDisabled = "true";
			stopChecking(); // its reply would replace the note
			say({note: "Choose in the dialog. It may be behind this window."}, false);
			const reply = await ask("/app.pick", field, {title: label, types: field.dataset.types ?? ""}, dialog.signal).catch(() => ({}));
			dialog = undefined;
			button.ariaDisabled = null;
			say(reply, false);
			if (reply.path) {
				field.value = reply.path;
				for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, {bubbles: true}));
				field.focus();
			} else if (!reply.problem) {
				check(true);
			}
		});
		addEventListener("pagehide", () => dialog?.abort());
		place.after(button);
	}

	// Keep an error of the server. A bad default value is not an error of the owner.
	if (field.getAttribute("aria-invalid") !== "true") check(false);
	ask("/app.path", field, {offers: true}).then(({recent, dialog}) => {
		if (recent && !field.list) offer(recent);
		if (dialog) addButton();
	}, () => {});
}
document.querySelectorAll("input[data-pick]").forEach(improve);
