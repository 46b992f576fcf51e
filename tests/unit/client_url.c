/* client_url.c - URLs, taken apart and put together. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "client/url.h"

static void
test_urls(void)
{
	static const struct {
		const char *text, *full, *host, *target, *http;
	} good[] = {
		{ "http://h", "http://h/", "h", "/", "http://h/" },
		{ "localhost:3000", "ws://localhost:3000/", "localhost:3000",
		    "/", "http://localhost:3000/" },
		{ "HTTPS://h:443/a%2Fb/../c?d#e", "https://h/a%2Fb/../c?d",
		    "h", "/a%2Fb/../c?d", "https://h/a%2Fb/../c?d" },
		{ "wss://u:p@h:80/?q", "wss://h:80/?q", "h:80", "/?q",
		    "https://u:p@h:80/?q" },
		{ "ws://h:80", "ws://h/", "h", "/", "http://h/" },
		{ "[::1]:9/x", "ws://[::1]:9/x", "[::1]:9", "/x",
		    "http://[::1]:9/x" },
		{ "http://u@[fe80::1%25lo]:9/x", "http://[fe80::1]:9/x",
		    "[fe80::1]:9", "/x", "http://u@[fe80::1%25lo]:9/x" },
		{ "8081", "ws://localhost:8081/", "localhost:8081", "/",
		    "http://localhost:8081/" }
	};
	static const char *const bad[] = { "ftp://h/", "", "http://",
	    "http://a b/", "http://h:99999/", "http://h/\r\nX: y" };
	struct url u;
	struct why why;
	size_t i;
	char *http;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(url_parse(&u, good[i].text, "ws", &why) == 0);
		CHECK_STR(u.full, good[i].full);
		CHECK_STR(u.host, good[i].host);
		CHECK_STR(u.target, good[i].target);
		http = url_http(&u);
		CHECK_STR(http, good[i].http);
		free(http);
		url_done(&u);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(url_parse(&u, bad[i], "http", &why) == -1);
		CHECK(why.status == STATUS_USAGE);
	}
}

/* What is no URL is told without what proves who we are. */
static void
test_messages(void)
{
	static const char *const secret[] = { "ws://me:pass@h:99999/",
	    "ws://me:pa/ss@h/", "me:pass@h:99999" };
	struct url u;
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		CHECK(url_parse(&u, secret[i], "ws", &why) == -1);
		CHECK(strstr(why.text, "pa") == NULL);
		CHECK(strstr(why.text, "h") != NULL);
	}
}

static void
test_proxies(void)
{
	static const char *const good[] = { NULL, "", "127.0.0.1:1", "h",
	    "http://u:p@h", "HTTPS://h:1", "socks4://h", "socks5h://h/" };
	static const char *const bad[] = { "ftp://u:pw@h",
	    "http://u:pw@h:99999", "socks5://", "//h" };
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(url_proxy_check(good[i], &why) == 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(url_proxy_check(bad[i], &why) == -1);
		CHECK(why.status == STATUS_USAGE);
		CHECK(strncmp(why.text, "--proxy: ", 9) == 0);
		CHECK(strstr(why.text, "pw") == NULL);
	}
}

int
main(void)
{
	test_urls();
	test_messages();
	test_proxies();
	return CHECK_DONE;
}
