/* client/easy.c - what all transfers have in common: their options, and what
 * their failures mean.
 */
#include <string.h>
#include <unistd.h>

#include "multi.h"
#include "url.h"

static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	(void)purpose;
	return multi_socket(arg, addr);
}

static int
on_close(void *arg, curl_socket_t fd)
{
	multi_unwatch(arg, fd);
	return close(fd);
}

/* libcurl calls it by the same name where not TLS but the connection under it
 * failed; what TLS itself has to say is OpenSSL's. */
static int
is_cut_off(const char *error)
{
	return strstr(error, "SSL routines:") == NULL ||
	    strstr(error, "unexpected eof") != NULL;
}

static enum status
status_of(CURLcode code, const char *error)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_PROXY:
		return STATUS_UNREACHABLE;
	case CURLE_OPERATION_TIMEDOUT:
		return STATUS_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
		return is_cut_off(error) ? STATUS_LOST : STATUS_TLS;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CLIENTCERT:
		return STATUS_TLS;
	case CURLE_URL_MALFORMAT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return STATUS_USAGE;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		/* What a TLS 1.3 server thinks of our certificate comes after
		 * the handshake; OpenSSL's words. */
		return strstr(error, " alert ") != NULL ?
		    STATUS_TLS : STATUS_LOST;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return STATUS_LOST;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
		return STATUS_SOME;
	default:
		/* CURLE_UNSUPPORTED_PROTOCOL, too: schemes were looked at
		 * before (url.h), so it is the peer that speaks none. */
		return STATUS_PROTOCOL;
	}
}

CURL *
multi_easy(struct multi *m, const struct client_tls *tls, char *error,
    struct why *why)
{
	CURL *easy = curl_easy_init();

	if (easy == NULL) {
		why_set(why, STATUS_SOME, "client: out of memory");
		return NULL;
	}
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, m);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, m);
	/* Ending doesn't wait for a resolver thread that hangs. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls->insecure ? 0L : 2L);
	if (tls->cacert != NULL) {
		/* These, and not those of the system besides. */
		curl_easy_setopt(easy, CURLOPT_CAINFO, tls->cacert);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, tls->cacert);
		curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
	}
	if (tls->cert != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->cert);
	if (tls->key != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, tls->key);
	/* Else OpenSSL would ask for one on the terminal, and wait. */
	curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");
	return easy;
}

int
multi_was_connected(CURL *easy)
{
	curl_off_t us = 0;

	curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &us);
	return us > 0;
}

/* libcurl's own words name the URL's host and port. */
static void
why_unix(struct why *why, enum status status, const struct multi_tried *t)
{
	long number = 0;

	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	why_set(why, status, "%s: %s", t->unix_socket,
	    number != 0 ? strerror((int)number) : t->error);
}

void
multi_why(struct why *why, CURLcode code, const struct multi_tried *t)
{
	enum status status = status_of(code, t->error);
	const char *text = t->error[0] != '\0' ? t->error :
	    curl_easy_strerror(code);
	struct url u;
	char *host;

	if (t->unix_socket != NULL && status == STATUS_UNREACHABLE) {
		why_unix(why, status, t);
		return;
	}
	if (url_parse(&u, t->url, "http", NULL) == -1) {
		why_set(why, status, "%s", text);
		return;
	}
	/* libcurl spells the port another way, and an address without
	 * brackets. */
	host = u.host + (u.host[0] == '[');
	host[strcspn(host, host != u.host ? "]" : ":")] = '\0';
	if (strstr(text, host) != NULL)
		why_set(why, status, "%s", text);
	else
		why_set(why, status, "%s: %s", host, text);
	url_done(&u);
}
