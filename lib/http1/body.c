/* body.c - where a message's body ends.
 *
 * Chunk lines and trailers are read byte by byte: they are few bytes, and so
 * may be cut anywhere.
 */
#include "own.h"

#define MAX_DIGITS 15		/* so that a size always fits */
#define MAX_EXTENSION 256	/* a line */
#define MAX_TRAILERS 8192	/* all of them */

enum state {
	SIZE, SIZE_SPACE, EXTENSION, SIZE_LF,
	DATA, DATA_CR, DATA_LF,
	TRAILER, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, LAST_LF
};

static int
bad_size(struct http1_error *error)
{
	return http1_bad(error, 400, "malformed chunk size");
}

/* The next state, or -1. */
static int
size_byte(struct http1_body *b, char c, struct http1_error *error)
{
	int digit = percent_hex(c);

	if (digit >= 0) {
		if (b->line++ == MAX_DIGITS)
			return http1_bad(error, 400, "chunk size too large");
		b->left = b->left * 16 + digit;
		return SIZE;
	}
	if (b->line == 0)
		return bad_size(error);
	b->line = 0;
	if (c == '\r')
		return SIZE_LF;
	if (c == ';')
		return EXTENSION;
	return c == ' ' || c == '\t' ? SIZE_SPACE : bad_size(error);
}

static int
extension_byte(struct http1_body *b, char c, struct http1_error *error)
{
	if (c == '\r' && b->state == EXTENSION)
		return SIZE_LF;
	if (++b->line > MAX_EXTENSION)
		return http1_bad(error, 400, "chunk extension too long");
	if (b->state == EXTENSION && http1_text(c))
		return EXTENSION;
	if (b->state == SIZE_SPACE && (c == ' ' || c == '\t'))
		return SIZE_SPACE;
	if (b->state == SIZE_SPACE && c == ';')
		return EXTENSION;
	return http1_bad(error, 400, "malformed chunk extension");
}

static int
trailer_byte(struct http1_body *b, char c, struct http1_error *error)
{
	if (++b->line > MAX_TRAILERS)
		return http1_bad(error, 400, "trailers too long");
	if (b->state == TRAILER && c == '\r')
		return LAST_LF;
	if (b->state == TRAILER_NAME && c == ':')
		return TRAILER_VALUE;
	if (b->state == TRAILER || b->state == TRAILER_NAME) {
		if (http1_tchar(c))
			return TRAILER_NAME;
	} else if (c == '\r') {
		return TRAILER_LF;
	} else if (http1_text(c)) {
		return TRAILER_VALUE;
	}
	return http1_bad(error, 400, "malformed trailer");
}

/* A byte that can only be c. */
static int
only(char c, char got, int next, struct http1_error *error)
{
	if (c == got)
		return next;
	return http1_bad(error, 400, "malformed chunk");
}

static int
step(struct http1_body *b, char c, struct http1_error *error)
{
	switch ((enum state)b->state) {
	case SIZE:
		return size_byte(b, c, error);
	case SIZE_SPACE:
	case EXTENSION:
		return extension_byte(b, c, error);
	case SIZE_LF:
		b->line = 0;
		return only('\n', c, b->left > 0 ? DATA : TRAILER, error);
	case DATA:
	case DATA_CR:
		return only('\r', c, DATA_LF, error);
	case DATA_LF:
		b->line = 0;
		return only('\n', c, SIZE, error);
	case TRAILER:
	case TRAILER_NAME:
	case TRAILER_VALUE:
		return trailer_byte(b, c, error);
	case TRAILER_LF:
		return only('\n', c, TRAILER, error);
	case LAST_LF:
		b->done = c == '\n';
		break;
	}
	return only('\n', c, LAST_LF, error);
}

/* Body bytes from in, up to what is left of the length or chunk. */
static size_t
take(struct http1_body *b, struct span in, struct span *data)
{
	data->p = in.p;
	data->n = in.n;
	if ((uint64_t)b->left < in.n)
		data->n = (size_t)b->left;
	b->left -= (int64_t)data->n;
	return data->n;
}

void
http1_body_init(struct http1_body *b, const struct http1_head *head)
{
	*b = (struct http1_body){ .chunked = head->chunked };
	if (!head->chunked && head->length > 0)
		b->left = head->length;
	b->done = !head->chunked && b->left == 0;
}

long
http1_body_feed(struct http1_body *b, struct span in, struct span *data,
    struct http1_error *error)
{
	size_t i;

	*data = span_of(in.p, 0);
	if (b->done)
		return 0;
	if (!b->chunked) {
		i = take(b, in, data);
		b->done = b->left == 0;
		return (long)i;
	}
	for (i = 0; i < in.n && !b->done && b->state != DATA; i++) {
		b->state = step(b, in.p[i], error);
		if (b->state < 0)
			return HTTP1_BAD;
	}
	if (b->state == DATA && i < in.n) {
		i += take(b, span_from(in, i), data);
		if (b->left == 0)
			b->state = DATA_CR;
	}
	return (long)i;
}
