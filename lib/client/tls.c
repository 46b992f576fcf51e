/* client/tls.c - the clients' TLS options. */
#include <stdio.h>
#include <unistd.h>

#include "tls.h"

const struct opt client_tls_options[] = {
	OPT_GROUP("TLS"),
	{ .type = OPT_TYPE_STRING, .name = "cacert", .arg = "FILE",
	    .offset = offsetof(struct client_tls, cacert),
	    .help = "trust these certificates (PEM), not the system's",
	    .more = "A proxy that is spoken to over TLS has to have one of "
		"them, too." },
	{ .type = OPT_TYPE_STRING, .name = "cert", .arg = "FILE",
	    .offset = offsetof(struct client_tls, cert),
	    .help = "show this certificate (PEM) to the server" },
	{ .type = OPT_TYPE_STRING, .name = "key", .arg = "FILE",
	    .offset = offsetof(struct client_tls, key),
	    .help = "the private key (PEM) of --cert" },
	{ .type = OPT_TYPE_FLAG, .letter = 'k', .name = "insecure", .min = 1,
	    .offset = offsetof(struct client_tls, insecure),
	    .help = "do not verify the server's certificate" },
	OPT_END
};

static int
readable(const char *option, const char *file, struct why *why)
{
	char what[256];

	if (file == NULL || access(file, R_OK) == 0)
		return 0;
	snprintf(what, sizeof(what), "--%s: %s", option, file);
	return why_errno(why, STATUS_USAGE, what);
}

int
client_tls_check(const struct client_tls *tls, struct why *why)
{
	if (tls->key != NULL && tls->cert == NULL)
		return why_set(why, STATUS_USAGE, "--key: needs --cert");
	if (readable("cacert", tls->cacert, why) == -1 ||
	    readable("cert", tls->cert, why) == -1 ||
	    readable("key", tls->key, why) == -1)
		return -1;
	return 0;
}
