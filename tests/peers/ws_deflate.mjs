#!/usr/bin/env node
/* ws_deflate.mjs - the npm package ws as the other side, which compresses.
 *
 * usage: ws_deflate.mjs server JSON	echoes, with these perMessageDeflate
 *					options; prints its port, and for each
 *					client what was agreed on
 *        ws_deflate.mjs client URL JSON [N]
 *					sends N messages (200) of both kinds and
 *					of sizes up to 200 kB at random to a
 *					server that echoes; prints what was
 *					agreed on, and exits 1 if they did not
 *					come back as they were
 */
import { randomBytes, randomInt } from "node:crypto";
import process from "node:process";
import { WebSocket, WebSocketServer } from "ws";

const LIMIT = 64 << 20;

function message(i)
{
	const size = i % 10 === 0 ? 0 : randomInt(i % 7 === 0 ? 200000 : 500);

	if (i % 3 === 0)
		return randomBytes(size);
	return "{\"price\":1.10,\"of\":\"\u20ac\"}".repeat(
	    Math.ceil(size / 24)).slice(0, size);
}

function serve(options)
{
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1",
		perMessageDeflate: options, maxPayload: LIMIT });

	server.on("listening", () => console.log(server.address().port));
	server.on("headers", (lines) => {
		const line = lines.find((l) => /^sec-websocket-ext/i.test(l));

		console.log(`extensions: ${line ?? ""}`);
	});
	server.on("connection", (ws) => {
		ws.on("message", (data, binary) => ws.send(data, { binary }));
		ws.on("error", (e) => console.log(e.message));
	});
	process.on("SIGTERM", () => process.exit(0));
}

function fail(what)
{
	console.log(what);
	process.exit(1);
}

function connect(url, options, n)
{
	const ws = new WebSocket(url, { perMessageDeflate: options,
		maxPayload: LIMIT, rejectUnauthorized: false });
	const sent = [];
	let back = 0, answer = "";

	ws.on("upgrade", (response) => {
		answer = response.headers["sec-websocket-extensions"];
	});
	ws.on("error", (e) => fail(e.message));
	ws.on("open", () => {
		for (let i = 0; i < n; i++) {
			sent.push(message(i));
			ws.send(sent[i]);
		}
	});
	ws.on("message", (data, binary) => {
		const want = sent[back];

		if (binary !== (typeof want !== "string") ||
		    Buffer.compare(data, Buffer.from(want)) !== 0)
			fail(`message ${back} is not what was sent`);
		if (++back === n)
			ws.close(1000);
	});
	ws.on("close", (code) => {
		if (back !== n || code !== 1000)
			fail(`${back} messages, closed ${code}`);
		console.log(`${back} messages; ${answer}`);
	});
}

if (process.argv[2] === "server")
	serve(JSON.parse(process.argv[3]));
else
	connect(process.argv[3], JSON.parse(process.argv[4]),
	    Number(process.argv[5] ?? 200));
