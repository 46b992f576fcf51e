/* client/tls.h - what a client trusts, and what it shows; the option
 * fragment --cacert, --cert, --key, -k that the two clients share. */
#ifndef HOOKLINE_CLIENT_TLS_H
#define HOOKLINE_CLIENT_TLS_H

#include "../opt.h"

struct client_tls {
	const char *cacert;		/* PEM file; NULL: the system's */
	const char *cert, *key;		/* shown to the server; or NULL */
	int insecure;			/* no verification */
};

/* Can the files be read?  0, or -1 and why (STATUS_USAGE). */
int client_tls_check(const struct client_tls *, struct why *);

extern const struct opt client_tls_options[];

#endif
