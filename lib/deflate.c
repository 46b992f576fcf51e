/* deflate.c - zlib, a message at a time. */
#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include <zlib.h>

#include "deflate.h"

/* Shorter ones, each for itself, don't become shorter (RFC 7692 leaves it to
 * the sender). */
#define WORTH_IT 48
#define CHUNK 16384
#define ENDS_MAX 16		/* of streams within a message: each is dear */

static const char tail[] = { 0x00, 0x00, (char)0xff, (char)0xff };

/* zlib's lengths are unsigned int; a message is 1 GiB at most. */
static uInt
to_uint(size_t n)
{
	assert(n <= UINT_MAX);
	return (uInt)n;
}

/* ---- compressing ---- */

struct deflater {
	z_stream z;
	int keeps;
	struct buf out;
};

struct deflater *
deflater_new(const struct deflate_side *side)
{
	struct deflater *d;

	if (side->bits <= DEFLATE_BITS_MIN || side->bits > DEFLATE_BITS_MAX ||
	    (d = calloc(1, sizeof(*d))) == NULL)
		return NULL;
	d->keeps = side->keeps;
	buf_init(&d->out, SIZE_MAX);
	if (deflateInit2(&d->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
	    -side->bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(d);
		return NULL;
	}
	return d;
}

void
deflater_free(struct deflater *d)
{
	if (d == NULL)
		return;
	deflateEnd(&d->z);
	buf_done(&d->out);
	free(d);
}

/* 0, or -1: memory is out. */
static int
compress_all(struct deflater *d, struct span message)
{
	size_t room;
	char *p;

	d->z.next_in = (Bytef *)message.p;
	d->z.avail_in = to_uint(message.n);
	do {
		room = deflateBound(&d->z, d->z.avail_in) + sizeof(tail) + 8;
		p = buf_room(&d->out, room);
		if (p == NULL)
			return -1;
		d->z.next_out = (Bytef *)p;
		d->z.avail_out = to_uint(room);
		deflate(&d->z, Z_SYNC_FLUSH);
		buf_took(&d->out, room - d->z.avail_out);
	} while (d->z.avail_out == 0);
	return 0;
}

struct span
deflater_run(struct deflater *d, struct span message)
{
	const struct span as_it_is = { NULL, 0 };

	/* With a context the other side's window holds what was compressed,
	 * so that is sent, whatever came of it. */
	if (message.n == 0 || (!d->keeps && message.n < WORTH_IT))
		return as_it_is;
	buf_clear(&d->out);
	if (compress_all(d, message) == -1) {
		deflateReset(&d->z);
		return as_it_is;
	}
	assert(d->out.n > sizeof(tail));
	d->out.n -= sizeof(tail);
	if (d->keeps)
		return buf_span(&d->out);
	deflateReset(&d->z);
	return d->out.n < message.n ? buf_span(&d->out) : as_it_is;
}

struct deflater *
deflaters_get(struct deflaters *d, int bits)
{
	assert(bits >= 0 && bits < DEFLATE_BITS);
	if (d->of[bits] == NULL)
		d->of[bits] = deflater_new(&(struct deflate_side){ 0, bits });
	return d->of[bits];
}

void
deflaters_done(struct deflaters *d)
{
	size_t i;

	for (i = 0; i < DEFLATE_BITS; i++)
		deflater_free(d->of[i]);
}

/* ---- inflating ---- */

struct inflater {
	z_stream z;
	int keeps;
	int ends;		/* within the message under way */
};

/* Who was asked for 8 bits and compresses with zlib uses 9: zlib before 1.2.9
 * took the one for the other. */
static int
window(int bits)
{
	return bits == DEFLATE_BITS_MIN ? DEFLATE_BITS_MIN + 1 : bits;
}

struct inflater *
inflater_new(const struct deflate_side *side)
{
	struct inflater *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->keeps = side->keeps;
	if (inflateInit2(&f->z, -window(side->bits)) != Z_OK) {
		free(f);
		return NULL;
	}
	return f;
}

void
inflater_free(struct inflater *f)
{
	if (f == NULL)
		return;
	inflateEnd(&f->z);
	free(f);
}

/* A stream may end within a message (section 7.2.3.4); the next one goes on
 * with its window. */
static enum inflate_result
next_stream(struct inflater *f)
{
	unsigned char dictionary[1 << DEFLATE_BITS_MAX];
	uInt n = 0;

	if (++f->ends > ENDS_MAX)
		return INFLATE_BAD;
	if (inflateGetDictionary(&f->z, dictionary, &n) != Z_OK ||
	    inflateReset(&f->z) != Z_OK ||
	    inflateSetDictionary(&f->z, dictionary, n) != Z_OK)
		return INFLATE_NO_MEMORY;
	return INFLATE_OK;
}

/* Inflates into what room there is, and finds out whether that is enough. */
static enum inflate_result
step(struct inflater *f, struct buf *out, int *more)
{
	size_t left = out->max - out->n;
	size_t room = left < CHUNK ? left : CHUNK;
	Bytef beyond;
	char *p = NULL;
	int rc;

	if (room > 0 && (p = buf_room(out, room)) == NULL)
		return INFLATE_NO_MEMORY;
	f->z.next_out = room > 0 ? (Bytef *)p : &beyond;
	f->z.avail_out = room > 0 ? to_uint(room) : 1;
	rc = inflate(&f->z, Z_SYNC_FLUSH);
	if (rc == Z_MEM_ERROR)
		return INFLATE_NO_MEMORY;
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return INFLATE_BAD;
	if (room == 0 && f->z.avail_out == 0)
		return INFLATE_TOO_BIG;
	if (room > 0)
		buf_took(out, room - f->z.avail_out);
	/* Room that was used up may hide some that wants out. */
	*more = f->z.avail_in > 0 || f->z.avail_out == 0;
	return rc == Z_STREAM_END ? next_stream(f) : INFLATE_OK;
}

static enum inflate_result
inflate_all(struct inflater *f, struct span in, struct buf *out)
{
	enum inflate_result result;
	int more;

	f->z.next_in = (Bytef *)in.p;
	f->z.avail_in = to_uint(in.n);
	do
		result = step(f, out, &more);
	while (result == INFLATE_OK && more);
	return result;
}

enum inflate_result
inflater_run(struct inflater *f, struct span part, int last, struct buf *out)
{
	enum inflate_result result = INFLATE_OK;

	if (part.n > 0)
		result = inflate_all(f, part, out);
	if (result == INFLATE_OK && last) {
		result = inflate_all(f, span_of(tail, sizeof(tail)), out);
		f->ends = 0;
		if (!f->keeps)
			inflateReset(&f->z);
	}
	return result;
}
