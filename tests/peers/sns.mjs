// sns.mjs - messages as Amazon SNS signs them, found good by the library that
// Amazon has for its receivers.
//
// usage: sns.mjs KEY CERT VERSION [MEMBER=VALUE...]	prints one
//
// KEY and CERT are PEM files, VERSION is 1 or 2.  Members replace the
// message's own before it is signed.
import crypto from "node:crypto";
import fs from "node:fs";
import https from "node:https";
import { Readable } from "node:stream";
import MessageValidator from "sns-validator";

const [key, cert, version, ...members] = process.argv.slice(2);
const message = {
	Type: "Notification",
	MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
	TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders",
	Subject: "an \"order\"\n",
	Message: "{\"n\": 1.10, \"text\": \"\u00e9\u2028\"}",
	Timestamp: "2012-05-02T00:54:06.655Z",
	SignatureVersion: version,
	SigningCertURL: "https://sns.eu-west-1.amazonaws.com/" +
		"SimpleNotificationService-0123456789abcdef.pem",
	UnsubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=U",
};
for (const member of members) {
	const [name, value] = member.split(/=(.*)/s);
	if (value === "")
		delete message[name];
	else
		message[name] = value;
}

const signed = message.Type === "Notification" ?
	["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"] :
	["Message", "MessageId", "SubscribeURL", "Timestamp", "Token",
		"TopicArn", "Type"];
const text = signed.filter((name) => name in message)
	.map((name) => `${name}\n${message[name]}\n`).join("");
message.Signature = crypto.sign(version === "1" ? "sha1" : "sha256",
	Buffer.from(text), fs.readFileSync(key)).toString("base64");

// It would fetch the certificate.
https.get = (url, done) => {
	const reply = Readable.from([fs.readFileSync(cert)]);
	reply.statusCode = 200;
	done(reply);
	return { on: () => {} };
};
new MessageValidator().validate({ ...message }, (error) => {
	if (error)
		console.error(error.message);
	fs.writeSync(1, JSON.stringify(message, null, 2) + "\n");
});
