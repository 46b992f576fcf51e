/* forwarded.h - whose request is it, behind proxies that are trusted?
 *
 * A proxy adds the address it was reached from at the end of Forwarded or
 * X-Forwarded-For; whatever stands before that, the client may have made up.
 * So these are read from the right, as long as whoever is met is trusted; the
 * first that is not, is the client.  Where all are, the leftmost is.
 *
 * Not a word of a peer that is not trusted counts.  The peer's own address it
 * is, too, where what would count is no address (`unknown`, `_hidden`, a
 * quote without its end), and where Forwarded and X-Forwarded-For both came
 * and tell of different clients: then a proxy has let through what it does
 * not know.
 *
 * Errors:  -1 and why, STATUS_USAGE.
 * Owns:    the list, until forwarded_done.
 * Source:  RFC 7239; X-Forwarded-For as de facto.
 */
#ifndef HOOKLINE_FORWARDED_H
#define HOOKLINE_FORWARDED_H

#include "cidr.h"
#include "http1.h"
#include "opt.h"

struct forwarded {
	struct cidr_list trusted;
	int trusts_unix;	/* peers on unix sockets */
};

/* --trust-proxy, into a struct opt_list. */
extern const struct opt forwarded_options[];

#define FORWARDED_SIZE 64	/* "[v6]:port" and a NUL */

/* Each a block, an address, or "unix", as --trust-proxy has them. */
int forwarded_init(struct forwarded *, const struct opt_list *, struct why *);
void forwarded_done(struct forwarded *);

/* The client: remote itself (the peer, as stream_remote has it), or written
 * to out: "192.0.2.7:4711", "[2001:db8::1]:4711", and without a port where
 * none was told "192.0.2.7", "2001:db8::1". */
const char *forwarded_client(const struct forwarded *,
    const struct http1_head *, const char *remote, char out[FORWARDED_SIZE]);

#endif
