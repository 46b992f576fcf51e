/* subscribe_cases.h - requests that are handshakes, or only look so, and the
 * replies.
 *
 * The setting: the secrets of subscribe.c; the topic http://a/ is
 * wanted, the origin e.example.com is allowed, 60 deliveries a minute.
 */
#ifndef HOOKLINE_TESTS_SUBSCRIBE_CASES_H
#define HOOKLINE_TESTS_SUBSCRIBE_CASES_H

#include <stddef.h>

#define TEXT "200\nContent-Type: text/plain\n" \
	"X-Content-Type-Options: nosniff\n\n"
#define JSON "200\nContent-Type: application/json\n\n"
#define ARN "arn:aws:sns:us-west-2:123456789012:MyTopic"
#define SNS_URL "https://sns.us-west-2.amazonaws.com/" \
	"?Action=ConfirmSubscription&TopicArn=" ARN "&Token=2336"
#define SNS "{\"Type\":\"SubscriptionConfirmation\",\"TopicArn\":\"" ARN \
	"\",\"SubscribeURL\":\""
#define GRID "[{\"eventType\":" \
	"\"Microsoft.EventGrid.SubscriptionValidationEvent\",\"data\":"
#define SECRET "b537207f20cbfa02357cf448134da559" \
	"e8bd39d61597dcd5631b8012eae53e81"

static const struct subscribe_example {
	const char *names;
	const char *request;	/* METHOD TARGET, then fields */
	const char *body;
	const char *scheme;	/* whose signature is good */
	const char *reply;	/* NULL: no handshake; "!...": refused */
} cases[] = {
	/* slack */
	{ "slack", "POST /\n", "{\"token\":\"J\",\"challenge\":\"3eZbrw\","
	    "\"type\":\"url_verification\"}", "slack", TEXT "3eZbrw" },
	{ "slack", "POST /\n", "{\"challenge\":\"3eZbrw\","
	    "\"type\":\"url_verification\"}", NULL,
	    "!its signature is not good" },
	{ "slack", "POST /\n", "{\"challenge\":\"3eZbrw\","
	    "\"type\":\"url_verification\"}", "github",
	    "!its signature is not good" },
	{ "slack", "POST /\n", "{\"challenge\":\"<b>\\u00e9\\\"\","
	    "\"type\":\"url_verification\"}", "slack",
	    TEXT "<b>\xc3\xa9\"" },
	{ "slack", "POST /\n", "{\"challenge\":\"a\\r\\nb\","
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"challenge\":\"a\\u0000\","
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"challenge\":\"\\ud800\","
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"challenge\":\"\","
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"challenge\":1,"
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"challenge\":[\"a\"],"
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"type\":\"url_verification\"}", "slack",
	    NULL },
	{ "slack", "POST /\n", "{\"challenge\":\"a\",\"type\":\"event\","
	    "\"text\":\"url_verification\"}", "slack", NULL },
	{ "slack", "POST /\n", "{\"challenge\":\"a\","
	    "\"type\":\"url_verification\"", "slack", NULL },
	{ "slack", "POST /\n", "[\"url_verification\"]", "slack", NULL },
	{ "slack", "PUT /\n", "{\"challenge\":\"a\","
	    "\"type\":\"url_verification\"}", "slack", NULL },
	{ "monday", "POST /\n", "{\"challenge\":\"a\","
	    "\"type\":\"url_verification\"}", "slack", NULL },
	/* meta */
	{ "meta", "GET /?hub.mode=subscribe&hub.challenge=1158201444"
	    "&hub.verify_token=meaty%20hamhock\n", "", NULL,
	    TEXT "1158201444" },
	{ "meta", "GET /?hub.mode=subscribe&hub.challenge=1&"
	    "hub.verify_token=second\n", "", NULL, TEXT "1" },
	{ "meta", "GET /?hub.mode=subscribe&hub.challenge=1"
	    "&hub.verify_token=meaty\n", "", NULL,
	    "!hub.verify_token is not the secret" },
	{ "meta", "GET /?hub.mode=subscribe&hub.challenge=1\n", "", NULL,
	    "!hub.verify_token is not the secret" },
	{ "meta", "GET /?hub.mode=subscribe&hub.challenge=1&"
	    "hub.verify_token=second&hub.verify_token=second\n", "", NULL,
	    "!hub.verify_token is not the secret" },
	{ "meta,dropbox,websub", "GET /?hub.mode=subscribe&hub.challenge=1&"
	    "challenge=1\n", "", NULL,
	    "!hub.verify_token is not the secret" },
	{ "meta", "GET /?hub.mode=unsubscribe&hub.challenge=1&"
	    "hub.verify_token=second\n", "", NULL, NULL },
	{ "meta", "GET /?hub.mode=subscribe&hub.topic=t&hub.challenge=1&"
	    "hub.verify_token=second\n", "", NULL, NULL },
	{ "meta", "GET /?hub.mode=subscribe&hub.verify_token=second\n", "",
	    NULL, NULL },
	{ "meta", "GET /?hub.mode=subscribe&hub.verify_token=second&"
	    "hub.challenge=%0d%0aX:y\n", "", NULL, NULL },
	{ "meta", "GET /?hub.mode=subscribe&hub.verify_token=second&"
	    "hub.challenge=1&hub.challenge=2\n", "", NULL, NULL },
	{ "meta", "POST /?hub.mode=subscribe&hub.verify_token=second&"
	    "hub.challenge=1\n", "", NULL, NULL },
	{ "meta", "GET /\n", "", NULL, NULL },
	/* websub */
	{ "websub", "GET /?hub.mode=subscribe&hub.topic=http%3A%2F%2Fa%2F&"
	    "hub.challenge=x+y&hub.lease_seconds=10\n", "", NULL,
	    TEXT "x y" },
	{ "websub", "GET /?hub.mode=subscribe&hub.topic=http://b/&"
	    "hub.challenge=x\n", "", NULL,
	    "!hub.topic is none that is wanted" },
	{ "websub", "GET /?hub.mode=unsubscribe&hub.topic=http://b/&"
	    "hub.challenge=x\n", "", NULL, TEXT "x" },
	{ "websub", "GET /?hub.mode=unsubscribe&hub.topic=http://a/&"
	    "hub.challenge=x\n", "", NULL, "!hub.topic is still wanted" },
	{ "websub", "GET /?hub.mode=denied&hub.topic=http://a/\n", "", NULL,
	    NULL },
	{ "websub", "GET /?hub.mode=subscribe&hub.challenge=x\n", "", NULL,
	    NULL },
	{ "websub", "GET /?hub.mode=subscribe&hub.topic=http://a/\n", "",
	    NULL, NULL },
	/* cloudevents */
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin: e.example.com\n"
	    "WebHook-Request-Rate: 120\n", "", NULL, "200\nAllow: POST\n"
	    "WebHook-Allowed-Origin: e.example.com\n"
	    "WebHook-Allowed-Rate: 60\n\n" },
	{ "cloudevents", "OPTIONS *\nwebhook-request-origin: e.example.com\n"
	    "WebHook-Request-Callback: http://127.0.0.1/\n", "", NULL,
	    "200\nAllow: POST\nWebHook-Allowed-Origin: e.example.com\n"
	    "WebHook-Allowed-Rate: 60\n\n" },
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin: "
	    "E.example.com\n", "", NULL,
	    "!the origin is none that is allowed" },
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin: "
	    "x.e.example.com\n", "", NULL,
	    "!the origin is none that is allowed" },
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin: "
	    "e.example.com.evil\n", "", NULL,
	    "!the origin is none that is allowed" },
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin: *\n", "", NULL,
	    "!the origin is none that is allowed" },
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin: e.example.com\n"
	    "WebHook-Request-Origin: e.example.com\n", "", NULL, NULL },
	{ "cloudevents", "OPTIONS /\n", "", NULL, NULL },
	{ "cloudevents", "OPTIONS /\nWebHook-Request-Origin:\n", "", NULL,
	    NULL },
	{ "cloudevents", "POST /\nWebHook-Request-Origin: e.example.com\n",
	    "", NULL, NULL },
	/* eventgrid */
	{ "eventgrid", "POST /\naeg-event-type: SubscriptionValidation\n",
	    GRID "{\"validationCode\":\"512d38b6-c7b8\","
	    "\"validationUrl\":\"https://x/\"}}]", NULL,
	    JSON "{\"validationResponse\":\"512d38b6-c7b8\"}" },
	{ "eventgrid", "POST /\n", GRID "{\"validationCode\":\"a\\\"b\"}}]",
	    NULL, JSON "{\"validationResponse\":\"a\\\"b\"}" },
	{ "eventgrid", "POST /\n", GRID "{\"validationCode\":\"a\"}},{}]",
	    NULL, NULL },
	{ "eventgrid", "POST /\n", GRID "{\"validationCode\":7}}]", NULL,
	    NULL },
	{ "eventgrid", "POST /\n", GRID "[\"validationCode\"]}]", NULL,
	    NULL },
	{ "eventgrid", "POST /\n", GRID "{}}]", NULL, NULL },
	{ "eventgrid", "POST /\n", "[\"SubscriptionValidationEvent\"]", NULL,
	    NULL },
	{ "eventgrid", "POST /\n", "[{\"eventType\":\"SubscriptionValidation"
	    "Event\",\"data\":{\"validationCode\":\"a\"}}]", NULL, NULL },
	{ "eventgrid", "POST /\n", "\"SubscriptionValidationEvent\"", NULL,
	    NULL },
	/* graph */
	{ "graph", "POST /?validationToken=Validation%3a+Testing%2b%3Cb%3E\n",
	    "", NULL, TEXT "Validation: Testing+<b>" },
	{ "graph", "POST /?validationToken=a\n", "{\"value\":[]}", NULL,
	    NULL },
	{ "graph", "POST /?validationToken=a&validationToken=b\n", "", NULL,
	    NULL },
	{ "graph", "POST /?validationtoken=a\n", "", NULL, NULL },
	{ "graph", "POST /?validationToken=\n", "", NULL, NULL },
	{ "graph", "POST /?validationToken=%ff%00\n", "", NULL,
	    TEXT "%ff%00" },
	{ "graph", "POST /?validationToken=%00\n", "", NULL, NULL },
	/* zoom; computed with openssl dgst */
	{ "zoom", "POST /\n", "{\"payload\":{\"plainToken\":\"qgg8vlvZRS6UYoo"
	    "atFL8Aw\"},\"event_ts\":1654503849680,"
	    "\"event\":\"endpoint.url_validation\"}", "zoom",
	    JSON "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\","
	    "\"encryptedToken\":\"33c87763eeee7760422d82e566d46fe8b5eaca6c"
	    "3da5abf7923e6e8765c76a26\"}" },
	{ "zoom", "POST /\n", "{\"payload\":{\"plainToken\":\"q\"},"
	    "\"event\":\"endpoint.url_validation\"}", NULL,
	    "!its signature is not good" },
	{ "zoom", "POST /\n", "{\"payload\":\"plainToken\","
	    "\"event\":\"endpoint.url_validation\"}", "zoom", NULL },
	{ "zoom", "POST /\n", "{\"event\":\"endpoint.url_validation\"}",
	    "zoom", NULL },
	{ "zoom", "POST /\n", "{\"payload\":{\"plainToken\":\"q\"},"
	    "\"event\":\"meeting.started\"}", "zoom", NULL },
	/* discord */
	{ "discord", "POST /\n", "{\"id\":\"1\",\"token\":\"t\",\"type\":1,"
	    "\"version\":1}", "discord", JSON "{\"type\":1}" },
	{ "discord", "POST /\n", "{\"version\":1,\"application_id\":\"1\","
	    "\"type\":0}", "discord",
	    "204\nContent-Type: application/json\n\n" },
	{ "discord", "POST /\n", "{\"version\":1,\"type\":1,"
	    "\"event\":{\"type\":\"ENTITLEMENT_CREATE\"}}", "discord",
	    NULL },
	{ "discord", "POST /\n", "{\"type\":1}", NULL,
	    "!its signature is not good" },
	{ "discord", "POST /\n", "{\"type\":2}", "discord", NULL },
	{ "discord", "POST /\n", "{\"type\":\"1\"}", "discord", NULL },
	{ "discord", "POST /\n", "[{\"type\":1}]", "discord", NULL },
	/* twitch */
	{ "twitch", "POST /\nTwitch-Eventsub-Message-Type: "
	    "webhook_callback_verification\n", "{\"challenge\":\"pogchamp\","
	    "\"subscription\":{}}", "twitch", TEXT "pogchamp" },
	{ "twitch", "POST /\nTwitch-Eventsub-Message-Type: "
	    "webhook_callback_verification\n", "{\"challenge\":\"p\"}", NULL,
	    "!its signature is not good" },
	{ "twitch", "POST /\nTwitch-Eventsub-Message-Type: revocation\n",
	    "{\"challenge\":\"p\"}", "twitch", NULL },
	{ "twitch", "POST /\n", "{\"challenge\":\"p\"}", "twitch", NULL },
	/* dropbox */
	{ "dropbox", "GET /a/b?challenge=abc123\n", "", NULL, TEXT "abc123" },
	{ "dropbox", "GET /?challenge=%3Cscript%3E\n", "", NULL,
	    TEXT "<script>" },
	{ "dropbox", "GET /?challenge=a%0d%0aSet-Cookie:x\n", "", NULL,
	    NULL },
	{ "dropbox", "GET /?challenge=a&challenge=a\n", "", NULL, NULL },
	{ "dropbox", "HEAD /?challenge=a\n", "", NULL, NULL },
	{ "dropbox", "GET /challenge=a\n", "", NULL, NULL },
	/* x; computed with openssl dgst */
	{ "x", "GET /?crc_token=challenge_string&nonce=1\n", "", NULL,
	    JSON "{\"response_token\":\"sha256="
	    "1BWFArkUG8LJw74mw6JD+wgG/cy4/r3Q/oEHWQfNze0=\"}" },
	{ "x", "GET /?crc_token=\n", "", NULL, NULL },
	{ "x", "POST /?crc_token=a\n", "", NULL, NULL },
	/* okta */
	{ "okta", "GET /\nX-Okta-Verification-Challenge: Me_rShK8J\n", "",
	    NULL, JSON "{\"verification\":\"Me_rShK8J\"}" },
	{ "okta", "GET /\nx-okta-verification-challenge: a\"b\\\n", "", NULL,
	    JSON "{\"verification\":\"a\\\"b\\\\\"}" },
	{ "okta", "GET /\nX-Okta-Verification-Challenge: a\n"
	    "X-Okta-Verification-Challenge: a\n", "", NULL, NULL },
	{ "okta", "GET /\n", "", NULL, NULL },
	/* asana */
	{ "asana", "POST /\nX-Hook-Secret: " SECRET "\n", "", NULL,
	    "200\nX-Hook-Secret: " SECRET "\n\n" },
	{ "asana", "POST /\nX-Hook-Secret: " SECRET "\n", " {}\n", NULL,
	    "200\nX-Hook-Secret: " SECRET "\n\n" },
	{ "asana", "POST /\nX-Hook-Secret: " SECRET "\n", "{\"events\":[]}",
	    NULL, NULL },
	{ "asana", "POST /\nX-Hook-Secret: short\n", "", NULL, NULL },
	{ "asana", "POST /\nX-Hook-Secret: 0123456789 0123456789\n", "", NULL,
	    NULL },
	{ "asana", "POST /\nX-Hook-Secret: " SECRET "\n"
	    "X-Hook-Signature: 00\n", "", NULL, NULL },
	{ "asana", "POST /\nX-Hook-Secret: " SECRET "\nX-Hook-Secret: "
	    SECRET "\n", "", NULL, NULL },
	/* monday */
	{ "monday", "POST /\n", "{\"challenge\":\"3eZbrw1aBm2rZg\"}", NULL,
	    JSON "{\"challenge\":\"3eZbrw1aBm2rZg\"}" },
	{ "monday", "POST /\n", "{\"challenge\":\"</script>\\u001b\"}", NULL,
	    NULL },
	{ "monday", "POST /\n", "{\"challenge\":\"a\",\"event\":{}}", NULL,
	    NULL },
	{ "monday", "POST /\n", "{\"challenge\":{}}", NULL, NULL },
	{ "monday", "POST /\n", "{\"x\":\"challenge\"}", NULL, NULL },
	{ "monday", "POST /\n", "{}", NULL, NULL },
	/* sns */
	{ "sns", "POST /\nx-amz-sns-message-type: SubscriptionConfirmation\n",
	    SNS SNS_URL "\"}", "sns", "200\n\n" },
	{ "sns", "POST /\nx-amz-sns-message-type: SubscriptionConfirmation\n",
	    SNS SNS_URL "\"}", NULL, "!its signature is not good" },
	{ "sns", "POST /\nx-amz-sns-message-type: SubscriptionConfirmation\n",
	    SNS "https://evil.example/?Action=ConfirmSubscription\"}", "sns",
	    "!SubscribeURL is not Amazon's" },
	{ "sns", "POST /\nx-amz-sns-message-type: SubscriptionConfirmation\n",
	    SNS "http://sns.us-west-2.amazonaws.com/?Action=Confirm"
	    "Subscription\"}", "sns", "!SubscribeURL is not Amazon's" },
	{ "sns", "POST /\nx-amz-sns-message-type: SubscriptionConfirmation\n",
	    "{\"Type\":\"Notification\",\"Message\":"
	    "\"SubscriptionConfirmation\"}", "sns", NULL },
	{ "sns", "POST /\nx-amz-sns-message-type: UnsubscribeConfirmation\n",
	    SNS SNS_URL "\"}", "sns", NULL },
	{ "sns", "POST /\n", SNS SNS_URL "\"}", "sns", NULL },
};

#endif
