// A broadcast server as one writes it with node's ws: lines to all clients.
import readline from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(new URL("../package.json", import.meta.url));
const { WebSocketServer } = require("ws");
const server = new WebSocketServer({
	host: "127.0.0.1", port: Number(process.argv[2]),
});
const HIGH = 1 << 20;

for await (const line of readline.createInterface({ input: process.stdin })) {
	for (const client of server.clients)
		client.send(line);
	// As `--slow block`: wait for the slowest.
	for (const client of server.clients)
		while (client.bufferedAmount > HIGH)
			await new Promise((wake) => setImmediate(wake));
}
