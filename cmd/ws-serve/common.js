'use strict';
/* What the pages share.  What comes over the wire reaches the document as text
 * nodes only. */
const $ = id => document.getElementById(id);

function make(tag, cls, text) {
	const node = document.createElement(tag);
	if (cls) node.className = cls;
	if (text !== undefined) node.textContent = text;
	return node;
}

function roomName() {
	try { return decodeURIComponent(location.pathname).slice(1); } catch {
		return location.pathname.slice(1);
	}
}

function human(n) {
	if (n < 1000) return n + ' B';
	if (n < 1e6) return (n / 1e3).toPrecision(3) + ' kB';
	return (n / 1e6).toPrecision(3) + ' MB';
}

/* ---- JSON as text: numbers keep their digits ---- */

function parse(text) {
	try { return JSON.parse(text); } catch { return undefined; }
}

function stringEnd(s, i) {
	for (;;) {
		i = s.indexOf('"', i + 1);
		let b = i;
		while (s[b - 1] === '\\') b--;
		if ((i - b) % 2 === 0) return i + 1;
	}
}

/* The tokens of valid JSON, one call each: token(text, start, end). */
function tokens(s, token) {
	for (let i = 0; i < s.length;) {
		const c = s[i];
		let j = i + 1;
		if (c === ' ' || c === '\n' || c === '\t' || c === '\r') {
			i = j;
			continue;
		}
		if (c === '"')
			j = stringEnd(s, i);
		else if (!'{}[],:'.includes(c))
			while (j < s.length && !' \n\t\r,]}'.includes(s[j])) j++;
		token(s.slice(i, j), i, j);
		i = j;
	}
}

/* The bytes of an object's member, as they stand in its text. */
function rawMember(s, name) {
	let depth = 0, key, start = -1, found;
	tokens(s, (t, i) => {
		if (depth === 1 && (t === ',' || t === '}') && start >= 0) {
			if (key === name) found = s.slice(start, i).trim();
			start = -1;
		}
		if (t === '{' || t === '[') depth++;
		else if (t === '}' || t === ']') depth--;
		else if (depth === 1 && start < 0 && t[0] === '"')
			key = JSON.parse(t);
		if (depth === 1 && start < 0 && t === ':') start = i + 1;
	});
	return found;
}

/* An event's body as text, or as base64: json's own bytes count where text no
 * longer says the same (someone edited the event on its way). */
function bodyOf(e, line) {
	if (typeof e.base64 === 'string') return { base64: e.base64 };
	if (typeof e.text === 'string' && (e.json === undefined ||
	    JSON.stringify(parse(e.text)) === JSON.stringify(e.json)))
		return { text: e.text };
	if (e.json !== undefined) return { text: rawMember(line, 'json') };
	return { text: '' };
}

/* The same of an event of the server's own: where json is alone, it is last,
 * and what stands before it is flat. */
function ownBody(e, line) {
	return e.json === undefined || e.text !== undefined ? bodyOf(e, line) :
	    { text: line.slice(line.indexOf(',"json":') + 8, -1) };
}

/* ---- the connection ---- */

const FIRST_WAIT = 500, LAST_WAIT = 30000;	// ms
const HELD = 5000;		// ms: after that, a connection was of use
const OPENING = 30000;		// ms: a handshake that takes longer is given up
const LOOK = 20000, ASLEEP = 150000;	// ms: looked that often, and not for so
				// long (hidden pages are woken once a minute)
const MAX_SEEN = 10000;		// ids

/* Tells of each value whether it comes for the first time. */
function firstTimes() {
	const seen = new Set();
	return value => {
		if (seen.has(value)) return false;
		seen.add(value);
		if (seen.size > MAX_SEEN) seen.delete(seen.values().next().value);
		return true;
	};
}

/* A websocket is not told why it was refused; a request for the page is. */
async function isLockedOut() {
	try {
		const { status } = await fetch(location.pathname +
		    location.search, { method: 'HEAD', cache: 'no-store' });
		return status === 401 || status === 403;
	} catch {
		return false;
	}
}

/* The room's events (subprotocol hookline.events), over lost connections: it
 * goes on where it was (?since), or says that there is a gap.  The user has
 *	query()			what else is in the URL
 *	message(e, body)	an event
 *	clients(e, query)	who is here; with `client`, under what name one
 *				is that has come by that query
 *	ready(keeps, lost)	connected, and told what was missed; does the
 *				server keep messages, and was the connection
 *				before this one lost?
 *	gap()			messages are missing here
 *	state(name, words)	connecting, open, closed, ended
 * The first `clients` event ends what is told of the past. */
function wire(user) {
	const isNew = firstTimes();
	let sock = null, since = '', tries = 0, timer = 0;
	let isWanted = true, awake = Date.now();

	function address(query) {
		const url = new URL(location.href), q = url.searchParams;
		url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
		url.hash = '';
		for (const [name, value] of Object.entries(query))
			q.set(name, value);
		q.set('who', '');
		if (since) q.set('since', since);
		return url;
	}

	function ready(s) {
		if (s.since && s.resumed === undefined) user.gap();
		const lost = s.old?.readyState !== WebSocket.OPEN;
		s.old?.close();
		s.old = null;
		user.state('open', 'Connected');
		user.ready(s.resumed !== undefined, lost);
	}

	function take(s, line) {
		const e = parse(line);
		if (e.type === 'resumed') {
			s.resumed = e.resumed;
			if (s.since && !e.resumed) user.gap();
		} else if (e.type === 'clients') {
			if (e.client) {
				s.id = e.client;
				ready(s);
			}
			user.clients(e, s.query);
		} else if (e.type === 'message' && isNew(e.id)) {
			user.message(e, ownBody(e, line));
		}
		if (e.id) since = e.id;
	}

	function end(words) {
		clearTimeout(timer);
		isWanted = false;
		user.state('ended', words);
	}

	function tryAgain(s) {
		if (s.opened && Date.now() - s.opened > HELD) tries = 0;
		const wait = Math.min(LAST_WAIT, FIRST_WAIT * 2 ** tries++) *
		    (1 + Math.random() / 2);
		user.state('closed', 'Not connected, next try in ' +
		    Math.ceil(wait / 1000) + ' s');
		timer = setTimeout(connect, wait);
	}

	async function closed(s, e) {
		s.old?.close();
		if (s !== sock) return;
		clearTimeout(timer);
		if (e.code === 1008 || e.code >= 4000) {
			end('Closed by the server' +
			    (e.reason ? ': ' + e.reason : ''));
			return;
		}
		tryAgain(s);
		if (!s.opened && await isLockedOut() && s === sock)
			end('Not let in: reload the page to sign in');
	}

	/* The old connection, if there is one, is left when the new one is
	 * ready; what both tell counts once. */
	function connect() {
		const query = user.query();
		const s = new WebSocket(address(query), 'hookline.events');
		clearTimeout(timer);
		timer = setTimeout(() => s.close(), OPENING);
		isWanted = true;
		s.query = query;
		s.since = since;
		s.old = sock;
		s.onopen = () => {
			s.opened = Date.now();
			if (s === sock) clearTimeout(timer);
		};
		s.onmessage = ({ data }) => take(s, data);
		s.onclose = e => closed(s, e);
		sock = s;
		user.state('connecting', 'Connecting');
	}

	/* A connection can die without a word while its device sleeps; and who
	 * looks at the page would rather not wait. */
	function look(isLookedAt) {
		const slept = Date.now() - awake > ASLEEP;
		awake = Date.now();
		if (isWanted && (slept || (isLookedAt &&
		    sock.readyState === WebSocket.CLOSED)))
			connect();
	}

	setInterval(look, LOOK, false);
	document.addEventListener('visibilitychange',
	    () => look(!document.hidden));
	addEventListener('online', () => { if (isWanted) connect(); });
	addEventListener('offline', () => sock.close());
	/* Who went to another page is not here, though the browser keeps this
	 * one, and its connection, for the way back. */
	addEventListener('pagehide', e => { if (e.persisted) sock.close(); });
	addEventListener('pageshow', () => look(true));
	connect();
	return {
		connect,
		isReady: () => sock.readyState === WebSocket.OPEN &&
		    sock.id !== undefined,
		send: text => sock.send(text),
	};
}

/* The state's line, and its button for who would rather not wait. */
function showState(name, words) {
	const here = document.activeElement === $('retry');
	$('state').dataset.state = name === 'ended' ? 'closed' : name;
	$('state').textContent = words;
	if (name !== 'connecting') $('retry').hidden = name === 'open';
	document.body.dataset.state = name;
	if (here && $('retry').hidden) $('main').focus();
}
