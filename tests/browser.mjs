/* browser.mjs - drives headless Chromium through a few steps, for the tests
 * of the web pages.  chromedriver is spoken to over its HTTP interface (W3C
 * WebDriver).
 *
 *	node browser.mjs STEP [-- STEP]...
 *	node browser.mjs serve
 *
 * The second starts a browser for several of the first: it prints a line, which
 * they find in $HOOKLINE_BROWSER, and ends when it is signalled, or with its
 * parent.  Without that, there is one for these steps alone.
 *
 * A step is a word and its arguments; PAGE is any name, made by open:
 *
 *	open PAGE URL		in a window of its own
 *	reload PAGE
 *	close PAGE
 *	wait PAGE SEL TEXT	until an element that SEL selects holds TEXT
 *	until PAGE EXPR		until the expression is true
 *	type PAGE SEL TEXT	into the element; a line feed is Enter
 *	keys PAGE TEXT		where the focus is; \t is Tab, \e Escape
 *	clear PAGE SEL		empties an input
 *	click PAGE SEL
 *	text PAGE SEL		prints the elements' texts, a line each
 *	count PAGE SEL		prints how many there are
 *	eval PAGE EXPR		prints the value as JSON
 *	shot PAGE FILE		writes a picture (PNG)
 *	size PAGE W H		sets the page's size
 *	prefer PAGE NAME VALUE	a media feature: prefers-color-scheme dark
 *	axe PAGE		fails if axe-core finds anything at fault
 *	sh COMMAND		runs a shell command; it must succeed
 *
 * Each wait ends after 60 s.  Exit status 1, and what went wrong on stderr,
 * when a step fails or a page reported an error (one that its
 * Content-Security-Policy kept from running, too); lost connections and what
 * a page itself logs are no errors.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const WAIT_MS = 60000;
const PARENT_MS = 500;		// its end is seen by looking
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';	// WebDriver's key
const KEYS = { '\n': '\uE007', '\t': '\uE004', '\x1b': '\uE00C' };

const pages = new Map();	// the handles of their windows
let driver, profile;		// or undefined: the browser is another's
let base = process.env.HOOKLINE_BROWSER;
let first;			// the window that is there already, and stays

async function call(method, path, body) {
	const r = await fetch(base + path, { method,
	    body: body && JSON.stringify(body),
	    headers: { 'Content-Type': 'application/json; charset=utf-8' } });
	const { value } = await r.json();
	if (!r.ok) throw new Error(value.error + ': ' +
	    value.message.split('\n')[0]);
	return value;
}

async function start() {
	profile = mkdtempSync(join(tmpdir(), 'hookline-browser-'));
	driver = spawn('chromedriver', ['--port=0'],
	    { stdio: ['ignore', 'pipe', 'ignore'] });
	const failed = new Promise((_, no) => driver.on('error', no));
	const port = (async () => {
		for await (const line of createInterface({ input: driver.stdout })) {
			const m = /successfully on port (\d+)/.exec(line);
			if (m) return m[1];
		}
		throw new Error('chromedriver ended');
	})();
	base = 'http://127.0.0.1:' + await Promise.race([port, failed]);
	const { sessionId } = await call('POST', '/session', {
		capabilities: { alwaysMatch: {
			'goog:chromeOptions': { args: ['--headless',
			    '--no-sandbox', '--disable-gpu', '--disable-quic',
			    '--no-first-run', '--disable-dev-shm-usage',
			    '--disable-background-networking',
			    '--disable-component-update', '--disable-sync',
			    '--disable-extensions', '--mute-audio',
			    /* fewer processes to be started */
			    '--process-per-site',
			    '--disable-site-isolation-trials',
			    '--ignore-certificate-errors',
			    '--user-data-dir=' + profile] },
			'goog:loggingPrefs': { browser: 'ALL' },
			timeouts: { script: WAIT_MS },
		} },
	});
	base += '/session/' + sessionId;
}

async function to(page) {
	if (!pages.has(page)) throw new Error('no page ' + page);
	await call('POST', '/window', { handle: pages.get(page) });
}

const run = (script, ...args) =>
	call('POST', '/execute/sync', { script, args });
const cdp = (cmd, params) =>
	call('POST', '/goog/cdp/execute', { cmd, params });

async function element(selector) {
	const found = await call('POST', '/element',
	    { using: 'css selector', value: selector });
	return '/element/' + found[ELEMENT];
}

const asKeys = text => text.replace(/[\n\t\x1b]/g, c => KEYS[c]);

/* Looks whenever the document changes. */
const WAIT = `
	const [selector, text, done] = arguments;
	const look = () => {
		for (const e of document.querySelectorAll(selector))
			if (e.textContent.includes(text)) {
				watch.disconnect();
				done(true);
				return;
			}
	};
	const watch = new MutationObserver(look);
	watch.observe(document, { subtree: true, childList: true,
	    characterData: true, attributes: true });
	look();`;

/* What axe-core says is wrong, a line each; the page's rules, not its advice. */
const AXE = `
	const done = arguments[0];
	axe.run(document, { resultTypes: ['violations'] }).then(
	    r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' +
	        n.target + ': ' + n.failureSummary))), e => done([String(e)]));`;

const steps = {
	async open(page, url) {
		const window = pages.size === 0 ? { handle: first } :
		    await call('POST', '/window/new', { type: 'window' });
		pages.set(page, window.handle);
		await to(page);
		await cdp('Emulation.setFocusEmulationEnabled', { enabled: true });
		await call('POST', '/url', { url });
	},
	async reload(page) {
		await to(page);
		await call('POST', '/refresh', {});
	},
	async close(page) {
		await to(page);
		await call('DELETE', '/window');
		pages.delete(page);
	},
	async until(page, expr) {
		await to(page);
		await call('POST', '/execute/async', { args: [], script:
		    'const done = arguments[0]; const look = () => { if (' +
		    expr + ') done(true); else setTimeout(look, 20); }; look();' });
	},
	async wait(page, selector, text) {
		await to(page);
		await call('POST', '/execute/async',
		    { script: WAIT, args: [selector, text] });
	},
	async type(page, selector, text) {
		await to(page);
		await call('POST', await element(selector) + '/value',
		    { text: asKeys(text) });
	},
	async keys(page, text) {
		await to(page);
		const found = await call('GET', '/element/active');
		await call('POST', '/element/' + found[ELEMENT] + '/value',
		    { text: asKeys(text) });
	},
	async clear(page, selector) {
		await to(page);
		await call('POST', await element(selector) + '/clear', {});
	},
	async click(page, selector) {
		await to(page);
		await call('POST', await element(selector) + '/click', {});
	},
	async text(page, selector) {
		await to(page);
		for (const t of await run('return Array.from(document' +
		    '.querySelectorAll(arguments[0]), e => e.textContent)',
		    selector))
			console.log(t);
	},
	async count(page, selector) {
		await to(page);
		console.log(await run('return document.querySelectorAll(' +
		    'arguments[0]).length', selector));
	},
	async eval(page, expr) {
		await to(page);
		console.log(JSON.stringify(await run('return ' + expr)));
	},
	async shot(page, file) {
		await to(page);
		writeFileSync(file, await call('GET', '/screenshot'), 'base64');
	},
	async size(page, w, h) {
		await to(page);
		await cdp('Emulation.setDeviceMetricsOverride', { width: +w,
		    height: +h, deviceScaleFactor: 1, mobile: +w < 700 });
	},
	async prefer(page, name, value) {
		await to(page);
		await cdp('Emulation.setEmulatedMedia',
		    { features: [{ name, value }] });
	},
	async axe(page) {
		await to(page);
		await run(readFileSync(new URL('node_modules/axe-core/axe.min.js',
		    import.meta.url), 'utf8'));
		const bad = await call('POST', '/execute/async',
		    { script: AXE, args: [] });
		if (bad.length > 0) throw new Error('\n' + bad.join('\n'));
	},
	sh(command) {
		const { status } = spawnSync('/bin/sh', ['-c', command],
		    { stdio: 'inherit', timeout: WAIT_MS });
		if (status !== 0) throw new Error('status ' + status);
	},
};

/* Errors that the pages' scripts or policies made. */
async function complaints() {
	const found = [];
	for (const page of pages.keys()) {
		await to(page);
		for (const e of await call('POST', '/se/log', { type: 'browser' }))
			if (e.level === 'SEVERE' && e.source !== 'network' &&
			    !/WebSocket connection/.test(e.message))
				found.push(page + ': ' + e.message);
	}
	return found;
}

function split(args) {
	const all = [[]];
	for (const a of args) {
		if (a === '--') all.push([]);
		else all.at(-1).push(a);
	}
	return all.filter(s => s.length > 0);
}

async function follow(script) {
	[first] = await call('GET', '/window/handles');
	for (const [word, ...args] of script)
		try {
			await steps[word](...args);
		} catch (e) {
			throw new Error([word, ...args].join(' ') + ': ' + e.message);
		}
	const bad = await complaints();
	if (bad.length > 0) throw new Error(bad.join('\n'));
}

/* As it was: a window costs more than all the rest of most tests. */
async function empty(page) {
	await cdp('Emulation.clearDeviceMetricsOverride', {});
	await cdp('Emulation.setEmulatedMedia', { features: [] });
	await call('POST', '/url', { url: 'about:blank' });
	pages.delete(page);
}

/* Nothing of these steps is there for the next ones. */
async function leave() {
	for (const [page, handle] of [...pages]) {
		await to(page);
		await run('try { sessionStorage.clear(); localStorage.clear(); }' +
		    ' catch { /* no page of ours */ }');
		await (handle === first ? empty : steps.close)(page);
	}
}

async function serve() {
	const parent = process.ppid;
	console.log(base);
	await new Promise(done => {
		process.on('SIGTERM', done);
		setInterval(() => process.ppid !== parent && done(), PARENT_MS);
	});
}

async function main() {
	const script = split(process.argv.slice(2));
	const serves = script.length === 1 && script[0][0] === 'serve';
	const unknown = script.find(([word]) => !Object.hasOwn(steps, word));
	if (script.length === 0 || (unknown && !serves))
		throw new Error('usage: browser.mjs STEP [-- STEP]...');
	if (!base || serves) await start();
	if (serves) await serve();
	else await follow(script);
}

let status = 0;
try {
	await main();
} catch (e) {
	console.error('browser.mjs: ' + e.message);
	status = 1;
}
try {
	if (driver) await call('DELETE', '');
	else if (first) await leave();
} catch { /* it is ended below, or by who began it */ }
driver?.kill();
if (profile) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
process.exit(status);
