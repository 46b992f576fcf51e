/* sign/adyen.c - Adyen's signatures within the body: each item of a
 * notification has its own, over eight of its values.  What else it holds is
 * not signed.
 */
#include "json.h"
#include "sign/own.h"

static const char *const members[] = { "pspReference", "originalReference",
    "merchantAccountCode", "merchantReference", "amount.value",
    "amount.currency", "eventCode", "success" };

/* A value's text; what is not there is empty. */
static int
add_value(struct buf *out, struct span object, const char *path)
{
	struct span value;
	const char *dot = strchr(path, '.');

	if (dot != NULL) {
		if (!json_member(object, "amount", &object) ||
		    json_type(object) != JSON_OBJECT)
			return 0;
		path = dot + 1;
	}
	if (!json_member(object, path, &value) ||
	    json_type(value) == JSON_NULL)
		return 0;
	return json_type(value) == JSON_STRING ? json_unquote(out, value) :
	    buf_add(out, value);
}

static int
told_signature(struct span item, struct buf *out)
{
	struct span data, told;

	buf_clear(out);
	return json_member(item, "additionalData", &data) &&
	    json_type(data) == JSON_OBJECT &&
	    json_member(data, "hmacSignature", &told) &&
	    json_type(told) == JSON_STRING && json_unquote(out, told) == 0;
}

static enum sign_outcome
check_item(struct sign *s, const struct sign_variant *variant,
    struct span item, struct sign_verdict *v)
{
	static const struct spec base64 = { .encoding = SPEC_AS_BASE64 };
	struct sign_content c = { .n = 1 };
	size_t i;

	if (!told_signature(item, &s->extra))
		return sign_wrong(v, "an item has no hmacSignature");
	buf_clear(&s->content);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if ((i > 0 && buf_addc(&s->content, ':') != 0) ||
		    add_value(&s->content, item, members[i]) != 0)
			return sign_wrong(v, "an item can't be read");
	c.v[0] = buf_span(&s->content);
	for (i = 0; i < variant->nkeys; i++) {
		buf_clear(&s->text);
		if (sign_mac_text(&variant->keys[i], &base64, &c,
		    &s->text) == 0 && s->text.n == s->extra.n &&
		    mac_equal(s->text.p, s->extra.p, s->text.n)) {
			v->key = variant->keys[i].name;
			return SIGN_GOOD;
		}
	}
	return sign_wrong(v, "an item's hmacSignature doesn't fit");
}

enum sign_outcome
adyen_check(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct sign_verdict *v)
{
	enum sign_outcome o = SIGN_ABSENT;
	struct json whole;
	struct json_iter it;
	struct span items, item;

	if (json_check(m->body, &whole, NULL) != 0 ||
	    whole.type != JSON_OBJECT ||
	    !json_member(whole.value, "notificationItems", &items) ||
	    json_type(items) != JSON_ARRAY)
		return SIGN_ABSENT;
	for (it = json_iter(items); json_next(&it); ) {
		if (json_type(it.value) != JSON_OBJECT ||
		    !json_member(it.value, "NotificationRequestItem",
		    &item) || json_type(item) != JSON_OBJECT)
			return sign_wrong(v, "an item is none of Adyen's");
		o = check_item(s, variant, item, v);
		if (o != SIGN_GOOD)
			return o;
	}
	return o;
}
