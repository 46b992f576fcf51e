/* sign/sns.c - Amazon SNS: the signature is in the body, and the key in a
 * certificate that the body names.
 *
 * So all depends on where that certificate may come from: hosts of Amazon's
 * SNS alone, over https.  Any customer of theirs can have a message signed,
 * though: `sns:ARN` says of which topic it must be.
 *
 * Source:  Amazon SNS Developer Guide, "Verifying the signatures of Amazon
 *          SNS messages".
 */
#include "base64.h"
#include "json.h"
#include "sign/own.h"
#include "snsurl.h"

static const char *const notification[] = { "Message", "MessageId",
    "Subject", "Timestamp", "TopicArn", "Type", NULL };
static const char *const confirmation[] = { "Message", "MessageId",
    "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type", NULL };

/* A string member's text; 1, 0 if it isn't there, -1. */
static int
text_of(struct span object, const char *name, struct buf *out)
{
	struct span value;

	if (!json_member(object, name, &value) ||
	    json_type(value) == JSON_NULL)
		return 0;
	if (json_type(value) != JSON_STRING)
		return -1;
	return json_unquote(out, value) == 0 ? 1 : -1;
}

static int
is_text(struct span object, const char *name, struct span text,
    struct buf *scratch)
{
	buf_clear(scratch);
	return text_of(object, name, scratch) == 1 &&
	    span_eq(buf_span(scratch), text);
}

/* Name and value of each, a line each. */
static int
content(struct span object, const char *const *names, struct buf *out)
{
	size_t before;
	int got;

	buf_clear(out);
	for (; *names != NULL; names++) {
		before = out->n;
		if (buf_adds(out, *names) != 0 || buf_addc(out, '\n') != 0)
			return -1;
		got = text_of(object, *names, out);
		if (got < 0 || (got == 0 && strcmp(*names, "Subject") != 0))
			return -1;
		if (got == 0)
			buf_trim(out, before);
		else if (buf_addc(out, '\n') != 0)
			return -1;
	}
	return 0;
}

/* ---- all of it ---- */

static enum sign_outcome
check_key(struct sign *s, const struct sign_message *m, struct span object,
    enum pubkey_alg alg, struct sign_verdict *v)
{
	struct pubkey *key;
	struct why why;
	int fits;

	buf_clear(&s->extra);
	buf_clear(&s->text);
	if (text_of(object, "Signature", &s->extra) != 1 ||
	    base64_decode(&s->text, buf_span(&s->extra)) != 0)
		return sign_wrong(v, "its Signature is no base64");
	key = pubkey_certificate(m->certificate, m->now_s, &why);
	if (key == NULL)
		return sign_wrong(v, "%s", why.text);
	fits = pubkey_verify(key, alg, buf_span(&s->content),
	    buf_span(&s->text));
	pubkey_free(key);
	return fits ? SIGN_GOOD :
	    sign_wrong(v, "the signature doesn't fit");
}

static enum sign_outcome
check_object(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct span object,
    struct sign_verdict *v)
{
	struct span topic = variant->spec.rest;
	enum pubkey_alg alg = PUBKEY_RSA_SHA256;

	if (topic.n > 0 && !is_text(object, "TopicArn", topic, &s->text))
		return sign_wrong(v, "it is of another topic");
	if (is_text(object, "SignatureVersion", SPAN("1"), &s->text))
		alg = PUBKEY_RSA_SHA1;
	else if (!is_text(object, "SignatureVersion", SPAN("2"), &s->text))
		return sign_wrong(v, "its SignatureVersion is not 1 or 2");
	if (content(object, is_text(object, "Type", SPAN("Notification"),
	    &s->text) ? notification : confirmation, &s->content) != 0)
		return sign_wrong(v, "a part that is signed is missing");
	if (!snsurl_is(buf_span(&s->certificate)) || s->certificate.n < 4 ||
	    memcmp(s->certificate.p + s->certificate.n - 4, ".pem", 4) != 0)
		return sign_wrong(v, "its certificate is not Amazon's");
	v->certificate_url = buf_span(&s->certificate);
	if (m->certificate.p == NULL)
		return SIGN_LATER;
	buf_clear(&s->id);
	if (text_of(object, "MessageId", &s->id) != 1)
		return sign_wrong(v, "it has no MessageId");
	v->id = buf_span(&s->id);
	return check_key(s, m, object, alg, v);
}

enum sign_outcome
sns_check(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct sign_verdict *v)
{
	struct json whole;

	buf_clear(&s->certificate);
	if (json_check(m->body, &whole, NULL) != 0 ||
	    whole.type != JSON_OBJECT ||
	    text_of(whole.value, "SigningCertURL", &s->certificate) != 1)
		return SIGN_ABSENT;
	return check_object(s, variant, m, whole.value, v);
}
