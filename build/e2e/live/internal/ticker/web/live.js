// Reports what this page shows, and runs the commands of the event run.
const id = new URLSearchParams(location.search).get("id");
const pause = () => new Promise(resolve => setTimeout(resolve, 20));
const until = async done => { while (!await done()) await pause(); };

// report sends reports in order, and again until the program gets them.
let reports = Promise.resolve();
function report(...what) {
	reports = reports.then(() => until(() => fetch("/report", {method: "POST", headers: {"Content-Type": "text/plain"},
		body: [id, ...what].join(": ")}).then(answer => answer.ok, () => false)));
}

// shown is what the elements show, and the number of elements that became of an event.
function shown() {
	const [output, progress, b] = document.querySelectorAll("[data-live]");
	const share = Math.max(progress.position, progress.hasAttribute("value") ? 0 : -1); // Firefox takes text for no value
	return [output.textContent, share, b.textContent, document.querySelectorAll("[data-live] *").length].join("|");
}

document.addEventListener("app:tick", async ({detail}) => {
	await null; // the elements have the event by then
	report("tick " + JSON.stringify(detail), shown());
});

const commands = {
	// openAll opens pages in windows side by side, so that all are visible, or in tabs.
	async openAll({pages, windows}) {
		const opened = pages.map(id => open("/page?id=" + id, "_blank", windows ? "popup" : ""));
		if (windows) await Promise.all(opened.map(async (w, i) => {
			await until(() => w.location.pathname === "/page" && w.document.readyState === "complete");
			w.resizeTo(190, 200);
			w.moveTo(i % 5 * 200, (i < 5) * 350);
		}));
	},
	close: () => close(),
	// hide opens another tab, so that this page is hidden, and publishes meanwhile.
	async hide() {
		const other = open("about:blank");
		await until(() => document.hidden);
		await until(async () => await (await fetch("/streams")).text() === "");
		await fetch("/publish?Event=tick&Data=" + encodeURIComponent(JSON.stringify({left: 70})));
		report("hidden", shown());
		other.close();
	},
};
let done = 0; // after a reconnection the last command comes again
document.addEventListener("app:run", ({detail}) => {
	const {page, n, command} = detail;
	if (page !== id || n <= done) return;
	done = n;
	commands[command](detail);
});
addEventListener("pageshow", () => report("opened", shown()));
