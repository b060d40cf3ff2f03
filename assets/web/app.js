// Says goodbye in this page when the program ends. While the page is seen it
// listens to the program; a page that is not seen costs nothing, and asks again
// when it is.
(() => {
	const script = document.currentScript;
	let events, met = false;

	// The style sheet is asked for here: a link in the page would hold up its paint.
	const style = document.createElement("link");
	style.rel = "stylesheet";
	style.href = "/app.css";
	document.head.append(style);

	function farewell(heading, text) {
		if (document.querySelector(".dibbler-farewell")) return;
		const dialog = document.createElement("dialog");
		dialog.className = "dibbler-farewell";
		const h1 = document.createElement("h1");
		h1.textContent = heading;
		const p = document.createElement("p");
		p.textContent = text;
		dialog.append(h1, p);
		document.body.append(dialog);
		dialog.showModal();
	}

	function listen() {
		if (document.visibilityState !== "visible") {
			events?.close();
			events = undefined;
			return;
		}
		if (events) return;
		events = new EventSource("/app.events");
		events.addEventListener("open", () => {
			met = true;
			document.querySelector(".dibbler-farewell")?.remove();
		});
		events.addEventListener("end", () => {
			events.close();
			farewell("Goodbye", script.dataset.name + " has shut down. You can close this page.");
		});
		events.addEventListener("error", () => {
			// The browser tries again by itself, and the program may come back.
			if (met) farewell(script.dataset.name + " is not running", "Start it again to go on with this page.");
		});
	}

	document.addEventListener("visibilitychange", listen);
	listen();
})();
