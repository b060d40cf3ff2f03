// The script of pages under dibble dev. It reloads a page after a new build or a change of a
// template, keeps typed texts and the scroll position, and shows errors of the build and the
// start. It runs before app.js, which sends it events.
(() => {
	const {version, method} = document.currentScript.dataset;
	document.currentScript.remove();
	document.querySelector("main > .status ~ details")?.setAttribute("open", ""); // of an error page
	const here = location.pathname + location.search;
	const memory = (() => {
		try {
			return sessionStorage;
		} catch {
			return {};
		}
	})();

	// Fields are identified by their names and their order. Passwords, files and hidden
	// fields are not kept.
	function fields() {
		const seen = {};
		return [...document.querySelectorAll("input, textarea, select")]
			.filter(({type}) => !["password", "file", "hidden", "submit", "image", "button", "reset"].includes(type))
			.map(field => {
				const name = [field.type, field.name || field.id].join();
				seen[name] = (seen[name] ?? 0) + 1;
				return [name + seen[name], field];
			});
	}

	// typed returns the value of a field if it differs from that of the page.
	function typed(field) {
		if (field.options) {
			const all = [...field.options];
			return all.some(o => o.selected !== o.defaultSelected) ? all.filter(o => o.selected).map(o => o.value) : undefined;
		}
		if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked ? field.checked : undefined;
		return field.value !== field.defaultValue ? field.value : undefined;
	}

	function type(field, value) {
		if (field.options) for (const o of field.options) o.selected = value.includes(o.value);
		else if (typeof value === "boolean") field.checked = value;
		else field.value = value;
	}

	function keep() {
		const values = fields().map(([key, field]) => [key, typed(field)]).filter(([, value]) => value !== undefined);
		try {
			memory.dibblerKept = JSON.stringify({page: here, scroll: [scrollX, scrollY], values});
		} catch {} // the browser cannot store so much
	}

	function restore() {
		const kept = JSON.parse(memory.dibblerKept ?? "{}");
		delete memory.dibblerKept;
		if (kept.page !== here) return;
		const values = new Map(kept.values);
		for (const [key, field] of fields()) if (values.has(key)) type(field, values.get(key));
		const scroll = () => scrollTo({left: kept.scroll[0], top: kept.scroll[1], behavior: "instant"});
		scroll();
		if (document.readyState !== "complete") addEventListener("load", scroll, {once: true});
	}
	restore();

	const style = new CSSStyleSheet();
	style.replaceSync(`
		.dev { margin: 4px; padding: 2px 10px; border: 1px solid GrayText; border-radius: 8px; background: Canvas; color: CanvasText; font: 14px/1.5 system-ui, sans-serif }
		dialog.dev { box-sizing: border-box; max-width: 60rem; width: calc(100vw - 2rem); max-height: calc(100vh - 2rem); margin: auto; padding: 20px 28px; overflow: auto; border-top: 6px solid #c33 }
		.dev h1 { font-size: 1.25rem }
		.dev pre { margin: 0 0 16px; font: 14px/1.5 ui-monospace, Consolas, monospace; white-space: pre-wrap; tab-size: 4 }
	`);

	// app.js creates the element for these, in one page of a frameset only.
	function shadow() {
		const root = document.querySelector("html > dibbler-bar")?.shadowRoot;
		if (root && !root.adoptedStyleSheets.includes(style)) root.adoptedStyleSheets.push(style);
		return root;
	}

	function element(name, properties, ...content) {
		const e = Object.assign(document.createElement(name), properties);
		e.append(...content);
		return e;
	}

	let word;
	function say(text) {
		word?.remove();
		word = text ? element("p", {className: "dev", role: "status"}, text) : undefined;
		if (word) shadow()?.append(word);
	}

	let shown = [];
	function show(problems) {
		for (const e of shown) {
			if (e.open) e.close(); // returns the focus
			e.remove();
		}
		shown = [];
		const root = shadow();
		if (!problems?.length || !root) return;
		const read = JSON.stringify(problems);
		const title = problems.map(p => p.title).join(" ");
		const close = element("button", {}, "Close");
		const dialog = element("dialog", {className: "dev", ariaLabel: title},
			...problems.flatMap(p => [element("h1", {}, p.title), element("pre", {tabIndex: 0}, p.text)]),
			element("form", {method: "dialog"}, close));
		const again = element("button", {className: "dev", onclick: () => dialog.showModal()}, title);
		dialog.addEventListener("close", () => {
			if (dialog.isConnected) memory.dibblerSeen = read; // otherwise show has closed it, not the author
		});
		shown = [dialog, again];
		root.append(dialog, again);
		if (memory.dibblerSeen !== read && problems.some(p => !p.minor)) dialog.showModal();
	}

	// The answer to a form is loaded again without the form, if possible. The form is sent
	// again only if the author asks for it.
	let loading = false;
	async function load(version) {
		if (loading) return;
		if (memory.dibblerLoaded === version + here) { // for example from a service worker
			say("This page is from an older build: the browser has cached it.");
			return;
		}
		loading = true;
		if (method === "POST") {
			const answer = await fetch(here).catch(() => {});
			if (!answer?.ok) {
				loading = false;
				say("The tool has changed. Reload this page to see the change; its form is then sent again.");
				return;
			}
		}
		keep();
		memory.dibblerLoaded = version + here;
		if (method === "POST") location.replace(here);
		else location.reload();
	}

	document.addEventListener("app:.dev", ({detail}) => {
		if (detail.version !== version) load(detail.version);
		else show(detail.problems);
	});
	document.addEventListener("app:.state", ({detail}) => {
		say(detail === "running" ? "" : "This page reloads when the tool is running again.");
	});
})();
