// cloudevents.mjs - a receiver of CloudEvents: the SDK of the CloudEvents
// project reads them.
//
// usage: node cloudevents.mjs [--rate N|*] [--refuse]
//
// The first line on stdout is the port; then for each request
//	{"method":M,"headers":{...},"mode":M,"event":{...},"base64":DATA}
// mode is what Content-Type says, event what the SDK has of its attributes, DATA
// the bytes of its data; "error" in place of these is why it is no CloudEvent.
//
// OPTIONS is answered as "HTTP 1.1 Web Hooks for Event Delivery" has it, with
// the origin that asks and --rate; --refuse: without.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const { HTTP } = createRequire(import.meta.url)("cloudevents");
const { values: args } = parseArgs({
	options: { rate: { type: "string" }, refuse: { type: "boolean" } },
});

function bytesOf(event, structured) {
	if (event.data_base64 !== undefined)
		return event.data_base64;
	if (event.data === undefined)
		return undefined;
	const text = typeof event.data === "string" && !structured ?
	    event.data : JSON.stringify(event.data);
	return Buffer.from(text).toString("base64");
}

function look(headers, body) {
	const structured = (headers["content-type"] ?? "")
	    .startsWith("application/cloudevents");
	try {
		const event = HTTP.toEvent({ headers: { ...headers },
			body: structured ? body.toString() : body });
		event.validate();
		const base64 = bytesOf(event, structured);
		const { data, data_base64, ...attributes } = event.toJSON();
		return { mode: structured ? "structured" : "binary",
			event: attributes, base64 };
	} catch (e) {
		return { error: String(e.message) };
	}
}

const server = createServer((request, response) => {
	const parts = [];
	request.on("data", (part) => parts.push(part));
	request.on("end", () => {
		const { method, headers } = request;
		const note = { method, url: request.url, headers };
		if (method === "OPTIONS") {
			response.statusCode = args.refuse ? 405 : 200;
			response.setHeader("Allow", "POST");
			if (!args.refuse)
				response.setHeader("WebHook-Allowed-Origin",
				    headers["webhook-request-origin"]);
			if (args.rate !== undefined)
				response.setHeader("WebHook-Allowed-Rate",
				    args.rate);
			response.end();
		} else {
			Object.assign(note, look(headers, Buffer.concat(parts)));
			response.statusCode = 204;
			response.end();
		}
		console.log(JSON.stringify(note));
	});
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
