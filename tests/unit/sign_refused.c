/* sign_refused.c - schemes that are none, secrets that are no keys, and
 * messages that are told in two ways. */
#include "sign_rig.h"

#define HEX32 "000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"
#define P256 "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7d" \
	"AfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
#define PUBLIC "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="

/* One scheme, one secret: why they don't go together, or "". */
static const struct {
	const char *scheme, *secret, *why;
} cases[] = {
	{ "", "x", ": no such scheme" },
	{ "gitbub", "x", "gitbub: no such scheme" },
	{ "hmac", "x", "hmac: header=NAME is missing" },
	{ "hmac:", "x", "hmac:: header=NAME is missing" },
	{ "hmac:header=A B", "x",
	    "hmac:header=A B: header: not a value that it can have: "
	    "header=A B" },
	{ "hmac:header=A,colour=blue", "x",
	    "hmac:header=A,colour=blue: colour: no such setting" },
	{ "hmac:header=A,hash=md5", "x",
	    "hmac:header=A,hash=md5: hash: not a value that it can have: "
	    "hash=md5" },
	{ "hmac:header=A,template={timestamp}{body}", "x",
	    "hmac:header=A,template={timestamp}{body}: timestamp=WHERE and "
	    "{timestamp} in the template: one needs the other" },
	{ "hmac:header=A,timestamp=T", "x",
	    "hmac:header=A,timestamp=T: timestamp=WHERE and {timestamp} in "
	    "the template: one needs the other" },
	{ "hmac:header=A,id=I", "x", "hmac:header=A,id=I: id=NAME and {id} "
	    "in the template: one needs the other" },
	{ "hmac:header=A,template={url}", "x",
	    "hmac:header=A,template={url}: template: without {body}, anybody "
	    "can change that" },
	{ "hmac:header=A,template={body", "x",
	    "hmac:header=A,template={body: template: not a value that it can "
	    "have: template={body" },
	{ "hmac:header=A,template={secret}{body}", "x",
	    "hmac:header=A,template={secret}{body}: template: not a value "
	    "that it can have: template={secret}{body}" },
	{ "hmac:header=A,timestamp=t=,template={timestamp}{body}", "x",
	    "hmac:header=A,timestamp=t=,template={timestamp}{body}: "
	    "timestamp: is in a list: list=comma is missing" },
	{ "hmac:header=A,header", "x",
	    "hmac:header=A,header: header: not a value that it can have: "
	    "header" },
	{ "rfc9421:key=plain", "x",
	    "rfc9421:key=plain: key: not raw, hex, base64" },
	{ "github", "x", "" }, { "github", HEX32, "" },
	{ "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "" },
	{ "standard-webhooks", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "" },
	{ "standard-webhooks", "whsec_C2FVsBQIhrscChlQIMV+bw", "" },
	{ "standard-webhooks", "whsec_not base64",
	    "standard-webhooks: secret s: is not base64" },
	{ "standard-webhooks", "whsec_",
	    "standard-webhooks: secret s: is not base64" },
	{ "standard-webhooks", PUBLIC, "" },
	{ "standard-webhooks", "whpk_1SiA4o9hyqTCpIqC5V9H",
	    "standard-webhooks: secret s: is not whpk_ and base64" },
	{ "github", PUBLIC, "github: secret s: is not a secret that both "
	    "sides share" },
	{ "github", "-----BEGIN PUBLIC KEY-----\n", "github: secret s: is not "
	    "a secret that both sides share" },
	{ "github", P256, "github: secret s: is not a secret that both sides "
	    "share" },
	{ "github", "M" HEX32, "" },
	{ "adyen", "00ff", "" },
	{ "adyen", "00f", "adyen: secret s: is not hexadecimal" },
	{ "discord", HEX32, "" },
	{ "discord", "00" HEX32,
	    "discord: secret s: is not 64 hexadecimal digits" },
	{ "sendgrid", P256, "" },
	{ "sendgrid", HEX32, "sendgrid: secret s: is not a key of this kind, "
	    "in PEM or base64" },
	{ "discord", P256, "discord: secret s: is not 64 hexadecimal digits" },
	{ "sendgrid", "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c"
	    "5D0bs=", "sendgrid: secret s: is not a key of this kind, in PEM "
	    "or base64" },
	{ "github", NULL, "github: needs a secret (--secret-file)" },
	{ "sns", NULL, "" },
	{ "sns", "x", "secret s: is not of use here" },
};

static void
refused(void)
{
	struct rig r;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_init(&r, cases[i].scheme, "s", span_str(cases[i].secret));
		CHECK_STR(rig_refused(&r, SIGN_CHECK), cases[i].why);
	}
}

static void
to_sign(void)
{
	static const struct {
		const char *scheme, *secret, *why;
	} make[] = {
		{ "sns", NULL, "sns: can be checked, not made" },
		{ "standard-webhooks", PUBLIC, "standard-webhooks: secret s: "
		    "is not whsk_ and base64" },
		{ "discord", HEX32, "" },
		{ "sendgrid", P256, "sendgrid: secret s: is not a private "
		    "key" },
		{ "rfc9421", P256, "rfc9421: secret s: is not a private key" },
		{ "rfc9421", "c2VjcmV0", "" },
	};
	struct rig r;
	size_t i;

	for (i = 0; i < sizeof(make) / sizeof(make[0]); i++) {
		rig_init(&r, make[i].scheme, "s", span_str(make[i].secret));
		CHECK_STR(rig_refused(&r, SIGN_MAKE), make[i].why);
	}
}

/* Whose public key it is, is nobody's secret: else who knows the key (and
 * that is everybody) could sign. */
static void
confusion(void)
{
	struct rig r;

	rig_init(&r, "github", "s", SPAN(HEX32));
	rig_scheme(&r, "discord");
	CHECK_STR(rig_refused(&r, SIGN_CHECK), "github: the secrets are "
	    "another scheme's: name one github=FILE");
	rig_secret(&r, "github", HEX32);
	CHECK_STR(rig_refused(&r, SIGN_CHECK), "");
	/* Named after a scheme that isn't here: for somebody else. */
	rig_secret(&r, "meta", "token");
	CHECK_STR(rig_refused(&r, SIGN_CHECK), "");
}

static void
doubts(void)
{
	struct http1_field f[SIGN_RIG_FIELDS];
	struct sign_message m = { .fields = f, .nfields = 1,
		.body = SPAN("{}") };
	struct sign *s = sign_of("stripe", "x", SIGN_CHECK);
	char many[1024] = "t=1";
	int i;

	f[0] = (struct http1_field){ SPAN("stripe-SIGNATURE"),
		SPAN("t=1,t=2,v1=00") };
	CHECK_STR(rig_check(s, &m),
	    "Stripe-Signature: t= is there 2 times");
	f[0].value = SPAN("v1=00");
	CHECK_STR(rig_check(s, &m), "there is no timestamp: t=");
	f[0].value = SPAN("");
	CHECK_STR(rig_check(s, &m),
	    "Stripe-Signature isn't there, or of another kind");
	for (i = 0; i < 33; i++)
		strcat(many, ",v1=00");
	f[0].value = span_str(many);
	CHECK_STR(rig_check(s, &m), "there are more than 32 signatures");
	f[0].value.n -= 6;
	CHECK_STR(rig_check(s, &m),
	    "Stripe-Signature: the signature doesn't fit");
	f[1] = f[0];
	m.nfields = 2;
	CHECK_STR(rig_check(s, &m), "Stripe-Signature is there 2 times");
	sign_free(s);
}

int
main(void)
{
	refused();
	to_sign();
	confusion();
	doubts();
	return CHECK_DONE;
}
