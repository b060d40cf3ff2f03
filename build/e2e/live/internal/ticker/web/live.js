// Tells the tool what this page has seen, and does what the event run says.
import {report} from "/web/report.js";

const get = url => fetch(url).then(answer => answer.text());
const pause = () => new Promise(resolve => setTimeout(resolve, 20));
const until = async done => { while (!await done()) await pause(); };

document.addEventListener("app:tick", async ({detail}) => {
	await null; // the elements are filled in by then
	report("tick " + JSON.stringify(detail), seen());
});

// seen is what a person sees, and whether anything of it became markup.
function seen() {
	const [output, progress, b] = document.querySelectorAll("[data-live]");
	const share = Math.max(progress.position, progress.hasAttribute("value") ? 0 : -1); // Firefox takes text for no value
	return [output.textContent, share, b.textContent, document.querySelectorAll("[data-live] *").length].join("|");
}

const commands = {
	// openAll opens windows side by side, so that all are seen, or tabs.
	async openAll({pages, windows}) {
		const opened = pages.map(id => open("/page?file=live&id=" + id, "_blank", windows ? "popup" : ""));
		if (windows) await Promise.all(opened.map(async (w, i) => {
			await until(() => w.location.pathname === "/page" && w.document.readyState === "complete");
			w.resizeTo(190, 200);
			w.moveTo(i % 5 * 200, (i < 5) * 350);
		}));
	},
	close: () => close(),
	// lookAway opens another tab, so that this page is not seen, and publishes meanwhile.
	async lookAway() {
		const other = open("about:blank");
		await until(() => document.hidden);
		await until(async () => await get("/streams") === "");
		await get("/publish?event=tick&data=" + encodeURIComponent(JSON.stringify({left: 70})));
		report("looked away", seen());
		other.close();
	},
};
let done = 0; // a command is told again after a reconnection
document.addEventListener("app:run", ({detail}) => {
	const {page, n, command} = detail;
	if (page !== new URLSearchParams(location.search).get("id") || n <= done) return;
	done = n;
	commands[command](detail);
});
addEventListener("pageshow", ({persisted}) => report(persisted ? "restored" : "shown", seen()));
