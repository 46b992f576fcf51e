// A webhook receiver as one writes it in node: body read, printed as a line.
import http from "node:http";

http.createServer((req, res) => {
	const parts = [];
	req.on("data", (d) => parts.push(d));
	req.on("end", () => {
		process.stdout.write(JSON.stringify({
			method: req.method, target: req.url,
			headers: req.rawHeaders,
			text: Buffer.concat(parts).toString(),
		}) + "\n", () => res.writeHead(204).end());
	});
}).listen(Number(process.argv[2]), "127.0.0.1");
