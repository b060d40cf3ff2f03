// The program's part of every page: the bar, notices that the desktop cannot show, and a
// dialog when the program has ended. It is outside the body, in a shadow root, so that it and
// the page do not change each other's look.
(async () => {
	const script = document.currentScript;
	const {name, dev} = script.dataset; // dev: dibble dev has started the program, and the page also has app.dev.js
	// Paint the page first. Hidden pages have no animation frames.
	await new Promise(resolve => {
		requestAnimationFrame(() => setTimeout(resolve));
		setTimeout(resolve, 200);
	});
	// A page for a frame has the script itself. In a window of its own, the program also adds it.
	if (!name && document.readyState === "loading") await new Promise(resolve => addEventListener("DOMContentLoaded", resolve));
	if (!name && document.querySelector("script[data-name], dibbler-bar")) return script.remove();
	const template = document.getElementById("dibbler-bar");
	for (const e of [script, template, document.getElementById("dibbler-noscript")]) e?.remove();

	// A frameset cannot show the bar, so its largest frame shows it.
	function largestFrame(page) {
		const area = frame => frame.clientWidth * frame.clientHeight;
		const [first] = page ? [...page.querySelectorAll("frame")].sort((a, b) => area(b) - area(a)) : []; // undefined in frames of other sites
		return first && (largestFrame(first.contentDocument) ?? first);
	}
	const speaks = window === top || largestFrame(top.document) === window.frameElement;

	// allowed returns undefined if the browser does not allow pages to store data.
	function allowed(get) {
		try {
			return get();
		} catch {}
	}

	const style = new CSSStyleSheet(); // every Content-Security-Policy allows this kind
	style.replaceSync(`
		:host {
			all: initial !important;
			display: block !important;
			position: fixed !important;
			inset: auto 0 0 auto !important;
			z-index: 2147483647 !important;
			color-scheme: inherit !important;
		}
		:host([dir=rtl]) { inset: auto auto 0 0 !important }
		:host([data-scheme=light]) { color-scheme: light !important }
		:host([data-scheme=dark]) { color-scheme: dark !important }
		details, dialog, section {
			font: 15px/1.5 system-ui, sans-serif;
			background: Canvas;
			color: CanvasText;
			border: 1px solid GrayText;
			border-radius: 8px;
			overflow-wrap: anywhere;
		}
		details, section {
			box-sizing: border-box;
			max-width: min(22rem, 100vw - 8px);
			max-height: calc(100vh - 8px);
			margin: 4px;
			overflow: auto;
		}
		section { padding: 6px 12px; border-inline-start: 5px solid LinkText }
		section p { padding: 0; border: 0; white-space: pre-line }
		summary { padding: 3px 12px; cursor: pointer }
		nav, p { margin: 0; padding: 6px 12px; border-top: 1px solid GrayText }
		nav { padding: 4px }
		form { margin: 0 }
		a { color: LinkText }
		nav > a, nav > span, nav button {
			display: block;
			box-sizing: border-box;
			width: 100%;
			padding: 3px 8px;
			border: 0;
			border-radius: 4px;
			background: none;
			color: inherit;
			font: inherit;
			text-align: start;
			text-decoration: none;
			cursor: pointer;
		}
		nav > span { color: color-mix(in srgb, CanvasText 70%, Canvas); cursor: default }
		nav > a:hover, nav button:hover { background: color-mix(in srgb, CanvasText 12%, Canvas) }
		:is(dialog, section) button { padding: 4px 16px; font: inherit }
		button[aria-pressed=true]::before { content: "✓ " / "" }
		:focus-visible { outline: 2px solid; outline-offset: -2px }
		dialog { max-width: 26rem; padding: 20px 28px }
		dialog::backdrop { background: rgb(0 0 0 / .45) }
		dialog p { padding: 0 0 12px; border: 0 }
		h1 { margin: 0 0 8px; font-size: 1.5rem; line-height: 1.2 }
		@media print { :host { display: none !important } }
	`);
	const host = document.createElement("dibbler-bar");
	const root = host.attachShadow({mode: "open"});
	root.adoptedStyleSheets = [style];
	if (template) root.append(template.content);
	host.dir = getComputedStyle(document.documentElement).direction;
	if (speaks) {
		document.documentElement.append(host);
		// The top layer is above all content of the page.
		host.popover = "manual";
		host.showPopover?.();
	}

	// The bar is dark on a dark page. If the page has no colour of its own, the browser
	// chooses that of the bar, too.
	function matchPage() {
		const pixel = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
		const behind = document.elementsFromPoint(host.dir === "rtl" ? 8 : innerWidth - 8, innerHeight - 8);
		for (const e of [...behind, document.body]) { // the colour of the body fills the window
			pixel.clearRect(0, 0, 1, 1);
			pixel.fillStyle = getComputedStyle(e).backgroundColor;
			pixel.fillRect(0, 0, 1, 1);
			const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
			if (e !== host && alpha > 127) {
				host.dataset.scheme = .3 * red + .6 * green + .1 * blue < 128 ? "dark" : "light";
				return;
			}
		}
		delete host.dataset.scheme;
	}

	const bar = root.querySelector("details");
	if (bar && speaks) {
		matchPage();
		addEventListener("load", matchPage); // the style sheets have loaded
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", matchPage);
		// The bar is open until the owner has closed it with these notices.
		const notices = [...bar.querySelectorAll("[role=note]")].map(p => p.textContent).join("\n");
		const memory = allowed(() => sessionStorage) ?? {};
		bar.open = notices && memory.dibblerRead !== notices;
		bar.addEventListener("toggle", () => {
			matchPage();
			if (!bar.open) memory.dibblerRead = notices;
		});
		bar.querySelector("button[type=button]").addEventListener("click", () => bar.remove());
		bar.addEventListener("keydown", ({key}) => {
			if (key !== "Escape" || !bar.open) return;
			bar.open = false;
			bar.querySelector("summary").focus();
		});
	}
	// An item of a plug-in, in the bar or on the program's own pages, leads back to the page.
	for (const e of [root, document]) e.addEventListener("submit", ({target}) => {
		if (target.getAttribute?.("action") === "/app.item") target.elements.page.value = top.location.pathname + top.location.search + top.location.hash;
	});

	// The state of the program: "running", "ended" by its owner, or "gone".
	let state = "running";
	const words = {
		ended: ["Goodbye", name + " has shut down. You can close this page."],
		gone: [name + " is not running", "Start it again to continue with this page."],
	};
	function learn(news) {
		if (news === state) return;
		state = news;
		const shown = !document.dispatchEvent(new CustomEvent("app:.state", {detail: state, cancelable: true})); // whether the page shows it
		if (dev || shown) return;
		const last = root.querySelector("dialog");
		last?.close(); // returns the focus
		last?.remove();
		if (!words[state] || !speaks) return;
		const [dialog, h1, p, form, button] = ["dialog", "h1", "p", "form", "button"].map(e => document.createElement(e));
		[h1.textContent, p.textContent] = words[state];
		dialog.ariaLabel = h1.textContent;
		button.textContent = "Close";
		form.method = "dialog";
		form.append(button);
		dialog.append(h1, p, form);
		root.append(dialog);
		matchPage();
		dialog.showModal();
	}

	// Published data is sent to the page's scripts as an event, and shown in elements such as
	// <output data-live="tick">, <b data-live="tick.left"> and <progress data-live="tick.done">.
	const shown = new Map(); // the latest data in JSON, by event
	function show({event, data}) {
		const text = JSON.stringify(data);
		if (shown.get(event) === text) return;
		shown.set(event, text);
		document.dispatchEvent(new CustomEvent("app:" + event, {detail: data}));
		for (const e of document.querySelectorAll("[data-live]")) {
			const [name, ...path] = e.dataset.live.split(".");
			if (name !== event) continue;
			const value = path.reduce((value, key) => value?.[key], data) ?? "";
			if (e.matches("input, select, textarea")) e.value = value;
			else if (e.matches("progress, meter")) value === "" ? e.removeAttribute("value") : e.setAttribute("value", value);
			else if (e.textContent !== String(value)) e.textContent = value;
		}
	}

	// Screen readers read new notices aloud.
	const notices = document.createElement("div");
	notices.setAttribute("role", "status");
	root.prepend(notices);
	document.addEventListener("app:.notices", ({detail}) => {
		const shown = new Map([...notices.children].map(e => [e.id, e]));
		for (const [id, e] of shown) if (!detail.some(n => n.id === id)) e.remove();
		for (const {id, title, text, link} of detail) {
			if (shown.has(id)) continue;
			const [section, a, p, button] = ["section", "a", "p", "button"].map(e => document.createElement(e));
			section.id = id;
			[a.textContent, p.textContent, button.textContent] = [title, text, "Close"];
			a.href = link;
			a.target = "_top";
			button.ariaLabel = "Close: " + title;
			button.addEventListener("click", () => {
				section.remove();
				fetch(a.href, {method: "POST"}).catch(() => {}); // the program may have ended
			});
			section.append(a, p, button);
			notices.append(section);
		}
		if (detail.length) matchPage();
	});

	// Wait until the page's modules listen for events.
	const [loading] = performance.getEntriesByType("navigation");
	if (loading?.domContentLoadedEventStart === 0) await new Promise(resolve => addEventListener("DOMContentLoaded", resolve));
	if (document.querySelector("[data-pick]")) import("/app.pick.js");

	// Browsers allow only six connections to an address. So one visible page, which has the
	// lock, has a connection and sends the events to the others. Hidden pages do nothing.
	// Pages of another version have another script and another lock.
	const {src} = script;
	const channel = allowed(() => new BroadcastChannel(src)) ?? {postMessage() {}};
	let leads = false;
	const latest = new Map(); // the latest events of the running program, by name, if this page leads
	channel.onmessage = ({data}) => {
		if (data === "?") {
			if (!leads) return;
			channel.postMessage(state);
			for (const news of latest.values()) channel.postMessage(news);
		} else if (data.event) {
			show(data);
		} else {
			learn(data);
		}
	};
	function tell(news) {
		learn(news);
		channel.postMessage(news);
	}

	// connect connects until the connection ends, and returns whether there was an answer.
	function connect(signal) {
		return new Promise(resolve => {
			let answered = false;
			const events = new EventSource("/app.events");
			const close = () => {
				events.close();
				resolve(answered);
			};
			events.onopen = () => {
				answered = true;
				latest.clear(); // the program sends all events again
				tell("running");
			};
			events.addEventListener("news", ({data}) => {
				const news = JSON.parse(data);
				latest.set(news.event, news);
				channel.postMessage(news);
				show(news);
			});
			events.addEventListener("end", () => tell("ended"));
			events.onerror = close;
			signal.onabort = close;
		});
	}

	// lead keeps a connection while the page is visible. Pressing Escape also ends a
	// connection, so the program is gone only if a second connection fails.
	async function lead(signal) {
		leads = true;
		for (let failures = 0; !signal.aborted;) {
			failures = await connect(signal) ? 0 : failures + 1;
			if (signal.aborted) break; // do not wait: another page is waiting to lead
			if (failures > 1 && state === "running") tell("gone");
			const wait = dev ? 100 : state === "running" ? 250 : Math.min(250 * 2 ** failures, 4000);
			await new Promise(resolve => {
				setTimeout(resolve, wait);
				signal.onabort = resolve;
			});
		}
		leads = false;
	}

	let seen;
	function watch() {
		if (document.visibilityState !== "visible") {
			seen?.abort();
			seen = undefined;
		} else if (!seen) {
			const {signal} = seen = new AbortController();
			channel.postMessage("?");
			navigator.locks.request(src, {signal}, () => lead(signal)).catch(() => {
				if (!signal.aborted) lead(signal); // without locks, each page has a connection
			});
		}
	}
	document.addEventListener("visibilitychange", watch);
	addEventListener("pagehide", () => {
		seen?.abort();
		seen = undefined;
	});
	addEventListener("pageshow", watch);
	if (document.hidden) channel.postMessage("?"); // another page may be visible
	watch();
})();
