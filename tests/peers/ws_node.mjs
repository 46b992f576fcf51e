#!/usr/bin/env node
/* ws_node.mjs - the npm package ws as the other side.
 *
 * usage: ws_node.mjs server		echoes; prints its port
 *        ws_node.mjs client URL [N]	sends N messages (300) of both kinds
 *					and many sizes to a server that echoes,
 *					pings, closes with 4001; says what came
 *					back, and exits 1 if it was not that
 */
import { randomBytes } from "node:crypto";
import process from "node:process";
import { WebSocket, WebSocketServer } from "ws";

const edges = [0, 1, 125, 126, 127, 128, 4096, 65535, 65536, 200000];

function message(i)
{
	const size = i < edges.length ? edges[i] : i * 7 % 1000;

	return i % 2 ? randomBytes(size) : "\u{1f642}x".repeat(size / 5);
}

function fail(what)
{
	console.log(what);
	process.exit(1);
}

function serve()
{
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });

	server.on("listening", () => console.log(server.address().port));
	server.on("connection", (ws) => {
		ws.on("message", (data, binary) => ws.send(data, { binary }));
		ws.on("error", (e) => console.log(e.message));
	});
	process.on("SIGTERM", () => process.exit(0));
}

function connect(url, n)
{
	const ws = new WebSocket(url, { rejectUnauthorized: false });
	const sent = [];
	let back = 0, pongs = 0;

	ws.on("error", (e) => fail(e.message));
	ws.on("open", () => {
		for (let i = 0; i < n; i++) {
			sent.push(message(i));
			ws.send(sent[i]);
		}
		ws.ping("are you there");
	});
	ws.on("pong", () => pongs++);
	ws.on("message", (data, binary) => {
		const want = sent[back];

		if (binary !== (typeof want !== "string") ||
		    Buffer.compare(data, Buffer.from(want)) !== 0)
			fail(`message ${back} is not what was sent`);
		if (++back === n)
			ws.close(4001, "bye");
	});
	ws.on("close", (code) => {
		if (back !== n || pongs !== 1 || code !== 4001)
			fail(`${back} messages, ${pongs} pongs, closed ${code}`);
		console.log(`${back} messages, closed ${code}`);
	});
}

if (process.argv[2] === "server")
	serve();
else
	connect(process.argv[3], Number(process.argv[4] ?? 300));
