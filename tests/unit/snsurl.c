/* snsurl.c - Amazon's own URLs, and those that only look so. */
#include "check.h"
#include "snsurl.h"

static const struct {
	const char *url;
	int is, confirms;
} cases[] = {
	{ "https://sns.us-east-1.amazonaws.com/S-0.pem", 1, 0 },
	{ "https://sns.us-gov-west-1.amazonaws.com/", 1, 0 },
	{ "https://sns.cn-north-1.amazonaws.com.cn/x.pem", 1, 0 },
	{ "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription"
	    "&TopicArn=arn:aws:sns:us-west-2:123456789012:MyTopic&Token=2336",
	    1, 1 },
	{ "https://sns.a.amazonaws.com/?x=1&Action=ConfirmSubscription", 1,
	    1 },
	{ "https://sns.a.amazonaws.com/?Action=ConfirmSubscriptionX", 1, 0 },
	{ "https://sns.a.amazonaws.com/?XAction=ConfirmSubscription", 1, 0 },
	{ "https://sns.a.amazonaws.com/?Action=Unsubscribe", 1, 0 },
	{ "https://sns.a.amazonaws.com/Action=ConfirmSubscription", 1, 0 },
	{ "https://sns.a.amazonaws.com/?", 1, 0 },
	{ "https://sns.a.amazonaws.com/?&&&", 1, 0 },
	{ "http://sns.us-east-1.amazonaws.com/x", 0, 0 },
	{ "HTTPS://sns.us-east-1.amazonaws.com/x", 0, 0 },
	{ "https://SNS.us-east-1.amazonaws.com/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com:443/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com:x@evil.example/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com@evil.example/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com.evil.example/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com.cn.evil.example/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com.cnx/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.comx/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com./x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com\\@evil.example/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com/\\x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com/x y", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com/x\r\nHost: y", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com/\xc3\xa9", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com?/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.com#/x", 0, 0 },
	{ "https://sns.amazonaws.com/x", 0, 0 },
	{ "https://sns..amazonaws.com/x", 0, 0 },
	{ "https://sns.-a.amazonaws.com/x", 0, 0 },
	{ "https://sns.a-.amazonaws.com/x", 0, 0 },
	{ "https://sns.a.b.amazonaws.com/x", 0, 0 },
	{ "https://sns.evil.example/.amazonaws.com/x", 0, 0 },
	{ "https://s3.us-east-1.amazonaws.com/x", 0, 0 },
	{ "https://user@sns.us-east-1.amazonaws.com/x", 0, 0 },
	{ "https://sns.us-east-1.amazonaws.org/x", 0, 0 },
	{ " https://sns.us-east-1.amazonaws.com/x", 0, 0 },
	{ "sns.us-east-1.amazonaws.com/x", 0, 0 }, { "https://sns.", 0, 0 },
	{ "", 0, 0 },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span url = span_str(cases[i].url);

		if (snsurl_is(url) != cases[i].is ||
		    snsurl_confirms(url) != cases[i].confirms)
			fprintf(stderr, "%s\n", cases[i].url);
		CHECK(snsurl_is(url) == cases[i].is);
		CHECK(snsurl_confirms(url) == cases[i].confirms);
	}
	CHECK(!snsurl_is(span_of("https://sns.a.amazonaws.com/\0", 29)));
	return CHECK_DONE;
}
