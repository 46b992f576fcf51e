/* sign_body.c - signatures that are within the body: Adyen's items. */
#include "sign_rig.h"

#define KEY "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00"
/* Published for these values: signatures.ndjson, adyen-2. */
#define SIGNATURE "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc="
#define ITEM(amount, signature) "{\"NotificationRequestItem\":{" \
	"\"pspReference\":\"psp\\u0052eference\"," \
	"\"originalReference\":\"originalReference\"," \
	"\"merchantAccountCode\":\"merchantAccount\"," \
	"\"merchantReference\":\"reference\"," \
	"\"amount\":{\"value\":" amount ",\"currency\":\"EUR\"}," \
	"\"eventCode\":\"EVENT\",\"success\":\"true\"," \
	"\"additionalData\":{\"x\":1,\"hmacSignature\":\"" signature "\"}}}"
#define BODY(items) "{\"live\":\"false\",\"notificationItems\":[" items "]}\n"

static const struct {
	const char *body, *reason;
} cases[] = {
	{ BODY(ITEM("1000", SIGNATURE)), "" },
	{ BODY(ITEM("1000", SIGNATURE) "," ITEM("1000", SIGNATURE)), "" },
	{ BODY(ITEM("1001", SIGNATURE)),
	    "an item's hmacSignature doesn't fit" },
	{ BODY(ITEM("1000", SIGNATURE) "," ITEM("1001", SIGNATURE)),
	    "an item's hmacSignature doesn't fit" },
	{ BODY(ITEM("1000", "AAAA")), "an item's hmacSignature doesn't fit" },
	{ BODY(ITEM("1000", SIGNATURE) ",{}"), "an item is none of Adyen's" },
	{ BODY("{\"NotificationRequestItem\":{}}"),
	    "an item has no hmacSignature" },
	{ BODY(""), "HmacSignature isn't there, or of another kind" },
	{ "[]", "HmacSignature isn't there, or of another kind" },
	{ "{", "HmacSignature isn't there, or of another kind" },
};

int
main(void)
{
	struct http1_field field = { SPAN("hmacsignature"), SPAN("AAAA") };
	struct sign *s = sign_of("adyen", KEY, SIGN_CHECK);
	struct sign_message m = { .nfields = 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		m.body = span_str(cases[i].body);
		CHECK_STR(rig_check(s, &m), cases[i].reason);
	}
	/* A field that is wrong is not made good by the items. */
	m.body = span_str(cases[0].body);
	m.fields = &field;
	m.nfields = 1;
	CHECK_STR(rig_check(s, &m), "HmacSignature: the signature doesn't fit");
	sign_free(s);
	return CHECK_DONE;
}
