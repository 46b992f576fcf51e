/* deflate.h - messages compressed one by one, and inflated again, as
 * websockets do it (permessage-deflate); owner of zlib.
 *
 * Each message is a raw deflate stream, flushed to a byte, without the four
 * bytes 00 00 ff ff at its end.  A side that keeps its context goes on with
 * the window of the message before; one that does not begins anew.
 *
 * Units:   window bits, 8 to 15: the window is 2 to their power bytes.
 * Errors:  _new NULL when memory is out.
 * Owns:    a deflater 260 KB at 15 bits, an inflater some 40 KB.
 * Source:  RFC 7692 section 7; RFC 1951.
 */
#ifndef HOOKLINE_DEFLATE_H
#define HOOKLINE_DEFLATE_H

#include "buf.h"

#define DEFLATE_BITS_MIN 8
#define DEFLATE_BITS_MAX 15
#define DEFLATE_BITS (DEFLATE_BITS_MAX + 1)	/* of an array by bits */

/* What two sides agreed on: how each of them compresses. */
struct deflate_side {
	int keeps;			/* its context, from message to
					   message */
	int bits;
};
struct deflate_params {
	struct deflate_side client, server;
};

struct deflater;

/* zlib has no raw deflate with 8 bits: NULL for that, too, and messages can
 * be sent as they are. */
struct deflater *deflater_new(const struct deflate_side *);
void deflater_free(struct deflater *);		/* NULL is allowed */

/* A whole message compressed, good until the next call.  p is NULL where it
 * is better sent as it is, which the other side can take at any time. */
struct span deflater_run(struct deflater *, struct span message);

/* Those of a server, one for each number of bits: what goes to many is
 * compressed once, so none of them keeps its context. */
struct deflaters {
	struct deflater *of[DEFLATE_BITS];
};
/* NULL as by deflater_new. */
struct deflater *deflaters_get(struct deflaters *, int bits);
void deflaters_done(struct deflaters *);

enum inflate_result {
	INFLATE_OK,
	INFLATE_BAD,			/* no deflate stream */
	INFLATE_TOO_BIG,		/* more than out may hold */
	INFLATE_NO_MEMORY
};

struct inflater;

struct inflater *inflater_new(const struct deflate_side *);
void inflater_free(struct inflater *);		/* NULL is allowed */

/* A message's next part, its last one or not; appends to out. */
enum inflate_result inflater_run(struct inflater *, struct span part,
    int last, struct buf *out);

#endif
