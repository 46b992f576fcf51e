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
const MAX_SEEN = 10000;		// ids

/* The room's events (subprotocol hookline.events), over lost connections: it
 * goes on where it was (?since), or says that there is a gap.  The user has
 *	query()			what else is in the URL
 *	message(e, body, own)	an event; own: sent here
 *	clients(e, query)	who is here; with `client`, under what name one
 *				is that has come by that query
 *	ready(keeps, lost)	connected, and told what was missed; does the
 *				server keep messages, and was the connection
 *				before this one lost?
 *	gap()			messages are missing here
 *	state(name, words)	connecting, open, closed, ended
 * The first `clients` event ends what is told of the past. */
function wire(user) {
	const seen = new Set();
	let sock = null, since = '', tries = 0, timer = 0;

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

	function isNew(id) {
		if (seen.has(id)) return false;
		seen.add(id);
		if (seen.size > MAX_SEEN) seen.delete(seen.values().next().value);
		return true;
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
			user.message(e, ownBody(e, line), e.client !== undefined &&
			    (e.client === s.id || e.client === s.former));
		}
		if (e.id) since = e.id;
	}

	function closed(s, e) {
		s.old?.close();
		if (s !== sock) return;
		if (e.code === 1008 || e.code >= 4000) {
			user.state('ended', 'Closed by the server' +
			    (e.reason ? ': ' + e.reason : ''));
			return;
		}
		if (s.opened && Date.now() - s.opened > HELD) tries = 0;
		const wait = Math.min(LAST_WAIT, FIRST_WAIT * 2 ** tries++) *
		    (1 + Math.random() / 2);
		user.state('closed', 'Not connected, next try in ' +
		    Math.ceil(wait / 1000) + ' s');
		timer = setTimeout(connect, wait);
	}

	/* The old connection, if there is one, is left when the new one is
	 * ready; what both tell counts once. */
	function connect() {
		const query = user.query();
		const s = new WebSocket(address(query), 'hookline.events');
		clearTimeout(timer);
		s.query = query;
		s.since = since;
		s.old = sock;
		s.former = sock?.id ?? sock?.former;
		s.onopen = () => { s.opened = Date.now(); };
		s.onmessage = ({ data }) => take(s, data);
		s.onclose = e => closed(s, e);
		sock = s;
		user.state('connecting', 'Connecting');
	}

	addEventListener('online', connect);
	addEventListener('offline', () => sock.close());
	connect();
	return {
		connect,
		isReady: () => sock.readyState === WebSocket.OPEN &&
		    sock.id !== undefined,
		send: text => sock.send(text),
		cut: () => sock.close(),	// for the tests
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
