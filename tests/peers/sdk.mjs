// sdk.mjs - webhooks signed and checked by the providers' own libraries, or,
// where there is none, by node's crypto as the provider's pages tell.
//
// usage: sdk.mjs serve NAME...	for each a key of its own, in the files
//					NAME.sign and NAME.check; listens on a
//					free port, which it prints, and answers
//					204 to /NAME if `check` finds it good,
//					else 401
//	  sdk.mjs send NAME PORT ...	POSTs to each port a request that is
//					signed with NAME.sign, then the same
//					with another body; prints both statuses
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";

// Loaded when they are asked for: each takes its time.
let hms, octokit, discord, Stripe, Svix, Webhook;
const load = async (wanted) => {
	if (wanted.some((name) => name.startsWith("rfc9421")))
		hms = (await import("http-message-signatures")).default;
	if (wanted.includes("github"))
		octokit = await import("@octokit/webhooks-methods");
	if (wanted.includes("discord"))
		discord = await import("discord-interactions");
	if (wanted.includes("stripe"))
		Stripe = (await import("stripe")).default;
	if (wanted.includes("svix"))
		Svix = (await import("svix")).Webhook;
	if (wanted.includes("standard-webhooks"))
		Webhook = (await import("standardwebhooks")).Webhook;
};

const BODY = JSON.stringify({ id: "evt_1", object: "event", n: 1.10,
	text: "é\u2028😀", webhookTimestamp: Date.now() });
const now = () => Math.floor(Date.now() / 1000);
const shared = () => ({ sign: "s3cret key", check: "s3cret key" });
const hmac = (key, text, encoding = "hex", hash = "sha256") =>
	crypto.createHmac(hash, key).update(text).digest(encoding);
const must = (so) => { if (!so) throw new Error("does not fit"); };

// A provider whose only doubt is what is signed: fields(key, body, url), which
// must be there again when it is checked at the time that they tell.
const plain = (fields, keys = shared) => ({
	keys,
	sign: (key, body, url) => fields(key, body, url, now()),
	check: (key, body, headers, url, time) => {
		const want = fields(key, body, url, time, headers);
		for (const name of Object.keys(want))
			must(headers[name.toLowerCase()] === want[name]);
	},
});

const pem = (type, options) => {
	const pair = crypto.generateKeyPairSync(type, options);
	return { sign: pair.privateKey.export({ type: "pkcs8",
		format: "pem" }), check: pair.publicKey.export({
		type: "spki", format: "pem" }) };
};

const message = (body, headers, url) => ({ method: "POST", url,
	headers: { "content-type": "application/json", ...headers }, body });
const digest = (body) => "sha-512=:" +
	crypto.createHash("sha512").update(body).digest("base64") + ":";
const rfc9421 = (alg, keys, key = (text) => text) => ({
	keys,
	sign: async (secret, body, url) => (await hms.httpbis.signMessage({
		key: hms.createSigner(key(secret), alg, "k"),
		fields: ["@method", "@path", "@authority", "@query",
			"content-type", "content-digest"],
		params: ["created", "keyid", "alg"],
	}, message(body, { "content-digest": digest(body) }, url))).headers,
	check: async (secret, body, headers, url) => {
		must(headers["content-digest"] === "sha-256=:" + crypto
			.createHash("sha256").update(body).digest("base64") +
			":");
		must(headers["signature-input"].startsWith("sig1=(" +
			'"@method" "@target-uri" "content-digest" ' +
			'"content-type")'));
		must(await hms.httpbis.verifyMessage({
			keyLookup: async () => ({ algs: [alg],
				verify: hms.createVerifier(key(secret), alg) }),
		}, { method: "POST", url, headers }) === true);
	},
});

const names = {
	"standard-webhooks": {
		keys: () => {
			const text = "whsec_" +
				crypto.randomBytes(24).toString("base64");
			return { sign: text, check: text };
		},
		sign: (key, body) => {
			const date = new Date();
			return { "webhook-id": "msg_1", "webhook-timestamp":
				`${Math.floor(date / 1000)}`,
				"webhook-signature": new Webhook(key)
					.sign("msg_1", date, body) };
		},
		check: (key, body, headers) =>
			new Webhook(key).verify(body, headers),
	},
	github: {
		keys: shared,
		sign: async (key, body) => ({
			"X-Hub-Signature-256": await octokit.sign(key, body) }),
		check: async (key, body, headers) => must(
			await octokit.verify(key, body,
				headers["x-hub-signature-256"])),
	},
	stripe: {
		keys: shared,
		sign: (key, body) => ({ "Stripe-Signature": Stripe.webhooks
			.generateTestHeaderString({ payload: body,
				secret: key }) }),
		check: (key, body, headers) => Stripe.webhooks.constructEvent(
			body, headers["stripe-signature"], key),
	},
	discord: {
		// 32 bytes each, as Discord shows them.
		keys: () => {
			const pair = crypto.generateKeyPairSync("ed25519");
			return { sign: pair.privateKey.export({ type: "pkcs8",
				format: "der" }).subarray(-32).toString("hex"),
			check: pair.publicKey.export({ type: "spki",
				format: "der" }).subarray(-32).toString("hex") };
		},
		sign: (key, body) => {
			const der = Buffer.concat([Buffer.from("302e02010030" +
				"0506032b657004220420", "hex"),
			Buffer.from(key, "hex")]);
			const time = `${now()}`;
			return { "X-Signature-Timestamp": time,
				"X-Signature-Ed25519": crypto.sign(null,
					Buffer.from(time + body),
					{ key: der, format: "der",
						type: "pkcs8" }).toString("hex") };
		},
		check: async (key, body, headers) => must(
			await discord.verifyKey(body,
				headers["x-signature-ed25519"],
				headers["x-signature-timestamp"], key)),
	},
	sendgrid: {
		keys: () => pem("ec", { namedCurve: "P-256" }),
		sign: (key, body) => {
			const time = `${now()}`;
			return { "X-Twilio-Email-Event-Webhook-Timestamp": time,
				"X-Twilio-Email-Event-Webhook-Signature":
				crypto.sign("sha256", Buffer.from(time + body),
					key).toString("base64") };
		},
		check: (key, body, h) => must(crypto.verify("sha256",
			Buffer.from(
				h["x-twilio-email-event-webhook-timestamp"] +
				body), key, Buffer.from(
				h["x-twilio-email-event-webhook-signature"],
				"base64"))),
	},
	zoom: plain((key, body, url, t) => ({ "x-zm-request-timestamp": `${t}`,
		"x-zm-signature": "v0=" + hmac(key, `v0:${t}:${body}`) })),
	zendesk: plain((key, body, url, t) => {
		const time = new Date(t * 1000).toISOString()
			.replace(".000", "");
		return { "X-Zendesk-Webhook-Signature-Timestamp": time,
			"X-Zendesk-Webhook-Signature":
			hmac(key, time + body, "base64") };
	}),
	linear: plain((key, body) => ({ "Linear-Signature": hmac(key, body) })),
	twitch: plain((key, body, url, t, headers) => {
		const id = headers?.["twitch-eventsub-message-id"] ?? "id-7";
		const time = new Date(t * 1000).toISOString()
			.replace(".000", "");
		return { "Twitch-Eventsub-Message-Id": id,
			"Twitch-Eventsub-Message-Timestamp": time,
			"Twitch-Eventsub-Message-Signature": "sha256=" +
			hmac(key, id + time + body) };
	}),
	meta: plain((key, body) => ({
		"X-Hub-Signature-256": "sha256=" + hmac(key, body) })),
	gitlab: plain((key) => ({ "X-Gitlab-Token": key })),
	telegram: plain((key) => ({
		"X-Telegram-Bot-Api-Secret-Token": key })),
	x: plain((key, body) => ({ "X-Twitter-Webhooks-Signature": "sha256=" +
		hmac(key, body, "base64") })),
	dropbox: plain((key, body) => ({
		"X-Dropbox-Signature": hmac(key, body) })),
	hubspot: plain((key, body, url, t) => ({
		"X-HubSpot-Request-Timestamp": `${t * 1000}`,
		"X-HubSpot-Signature-v3": hmac(key, "POST" +
			url.replace("%2C", ",") + body + t * 1000, "base64") })),
	rfc9421: rfc9421("hmac-sha256", () => {
		const text = crypto.randomBytes(32).toString("base64");
		return { sign: text, check: text };
	}, (text) => Buffer.from(text, "base64")),
	"rfc9421-ed25519": rfc9421("ed25519", () => pem("ed25519")),
	"rfc9421-p256": rfc9421("ecdsa-p256-sha256",
		() => pem("ec", { namedCurve: "P-256" })),
	"rfc9421-rsa": rfc9421("rsa-pss-sha512",
		() => pem("rsa", { modulusLength: 2048 })),
};

// Svix's library knows its own names of the fields, too.
names.svix = { ...names["standard-webhooks"],
	sign: (key, body) => {
		const date = new Date();
		return { "svix-id": "msg_1", "svix-timestamp":
			`${Math.floor(date / 1000)}`,
			"svix-signature": new Svix(key)
				.sign("msg_1", date, body) };
	},
	check: (key, body, headers) => new Svix(key).verify(body, headers) };

const post = (url, headers, body) => new Promise((resolve, reject) => {
	const request = http.request(url, { method: "POST", headers: {
		"Content-Type": "application/json", ...headers,
		"Content-Length": Buffer.byteLength(body) } },
	(reply) => {
		reply.resume();
		reply.on("end", () => resolve(reply.statusCode));
	});
	request.on("error", reject);
	request.end(body);
});

const file = (name, use) => `${name}.${use}`;

const answer = async (request, reply, body) => {
	const url = `http://${request.headers.host}${request.url}`;
	const name = request.url.split("/")[1];
	try {
		await names[name].check(fs.readFileSync(file(name, "check"),
			"utf8"), body, request.headers, url,
		timeOf(request.headers));
		reply.statusCode = 204;
	} catch (error) {
		console.error(name, error.message);
		reply.statusCode = 401;
	}
	reply.end();
};

const serve = () => http.createServer((request, reply) => {
	const pieces = [];
	request.on("data", (piece) => pieces.push(piece));
	request.on("end", () => answer(request, reply,
		Buffer.concat(pieces).toString()));
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });

// The time that a request tells, which must be the present.
function timeOf(headers) {
	for (const [name, text] of Object.entries(headers)) {
		if (!name.endsWith("timestamp"))
			continue;
		const time = /^\d+$/.test(text) ? Number(text) :
			Date.parse(text) / 1000;
		const seconds = time > 1e11 ? time / 1000 : time;
		must(Math.abs(seconds - now()) < 60);
		return seconds;
	}
	return now();
}

const [command, ...rest] = process.argv.slice(2);
await load(rest);
if (command === "serve") {
	for (const name of rest)
		for (const [use, text] of Object.entries(names[name].keys()))
			fs.writeFileSync(file(name, use), text);
	serve();
}
for (let i = 0; command === "send" && i < rest.length; i += 2) {
	const [name, port] = rest.slice(i, i + 2);
	const url = `http://127.0.0.1:${port}/a%2Cb?c=1&d`;
	const key = fs.readFileSync(file(name, "sign"), "utf8");
	const headers = await names[name].sign(key, BODY, url);
	console.log(name, await post(url, headers, BODY),
		await post(url, headers, BODY.replace("evt_1", "evt_2")));
}
