/* frame.c - frames as they are sent.
 *
 * Not wslay's: sending through it takes a context of 4 KB a connection and
 * masks byte by byte through a buffer; a head is fourteen bytes at most.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "own.h"

#define HEAD_MAX 14
#define KEY_SIZE 4
#define FIN 0x80
#define MASKED 0x80
#define CLOSE_CODE_SIZE 2
#define SMALL 4096		/* frames up to it are copied, not shared */

/* Keys must be unpredictable (section 5.3); a call for each would cost more
 * than the frame. */
struct ws_masks {
	size_t used;
	unsigned char keys[256 * KEY_SIZE];
};

static int
opcode(enum msg_kind kind)
{
	return kind == MSG_TEXT ? OP_TEXT : OP_BINARY;
}

/* Writes a frame's head, without a key: how long it is. */
static size_t
put_head(unsigned char *out, int first, size_t n, int masked)
{
	size_t bytes = n < 126 ? 0 : n < 65536 ? 2 : 8, i;
	unsigned char mask = masked ? MASKED : 0;

	out[0] = (unsigned char)(FIN | first);
	if (bytes == 0)
		out[1] = (unsigned char)(mask | n);
	else
		out[1] = mask | (bytes == 2 ? 126 : 127);
	for (i = 0; i < bytes; i++)
		out[2 + i] = (unsigned char)
		    ((uint64_t)n >> (8 * (bytes - 1 - i)));
	return 2 + bytes;
}

/* Copies, masked; eight bytes at a time. */
static void
mask(unsigned char *to, struct span from, const unsigned char *key)
{
	uint64_t twice, eight;
	size_t i;

	memcpy(&twice, key, KEY_SIZE);
	memcpy((unsigned char *)&twice + KEY_SIZE, key, KEY_SIZE);
	for (i = 0; i + sizeof(eight) <= from.n; i += sizeof(eight)) {
		memcpy(&eight, from.p + i, sizeof(eight));
		eight ^= twice;
		memcpy(to + i, &eight, sizeof(eight));
	}
	for (; i < from.n; i++)
		to[i] = (unsigned char)from.p[i] ^ key[i % KEY_SIZE];
}

static const unsigned char *
next_key(struct ws_masks *masks)
{
	const unsigned char *key;

	if (masks->used == sizeof(masks->keys)) {
		digest_random(masks->keys, sizeof(masks->keys));
		masks->used = 0;
	}
	key = masks->keys + masks->used;
	masks->used += KEY_SIZE;
	return key;
}

/* Writes a frame: how long it is. */
static size_t
put_frame(unsigned char *out, struct ws_masks *masks, int first,
    struct span body)
{
	size_t n = put_head(out, first, body.n, masks != NULL);

	if (masks != NULL) {
		const unsigned char *key = next_key(masks);

		memcpy(out + n, key, KEY_SIZE);
		n += KEY_SIZE;
		mask(out + n, body, key);
	} else if (body.n > 0) {
		memcpy(out + n, body.p, body.n);
	}
	return n + body.n;
}

struct ws_masks *
ws_masks_new(void)
{
	struct ws_masks *masks = malloc(sizeof(*masks));

	if (masks != NULL)
		masks->used = sizeof(masks->keys);
	return masks;
}

void
ws_masks_free(struct ws_masks *masks)
{
	free(masks);
}

int
ws_put(struct stream *stream, struct ws_masks *masks, int first,
    struct span body)
{
	unsigned char small[SMALL];
	struct block *b;
	int result;

	if (body.n <= sizeof(small) - HEAD_MAX)
		return stream_put(stream, span_of(small,
		    put_frame(small, masks, first, body)));
	if (body.n > SIZE_MAX / 2 || (b = block_new(HEAD_MAX + body.n)) == NULL)
		return -1;
	b->n = put_frame((unsigned char *)b->data, masks, first, body);
	result = stream_share(stream, b, 0, b->n);
	block_unref(b);
	return result;
}

int
ws_put_message(struct stream *stream, struct ws_masks *masks,
    struct deflater *deflater, struct msg m)
{
	struct span deflated = deflater == NULL ? span_of(NULL, 0) :
	    deflater_run(deflater, m.body);

	if (deflated.p != NULL)
		return ws_put(stream, masks, opcode(m.kind) | RSV1, deflated);
	return ws_put(stream, masks, opcode(m.kind), m.body);
}

int
ws_put_close(struct stream *stream, struct ws_masks *masks, int code,
    struct span reason)
{
	char payload[CLOSE_CODE_SIZE + WS_REASON_MAX];
	size_t n = reason.n;

	if (code == WS_NO_STATUS || code == WS_ABNORMAL)
		return ws_put(stream, masks, OP_CLOSE, SPAN(""));
	if (n > WS_REASON_MAX) {
		n = WS_REASON_MAX;
		while (n > 0 && (reason.p[n] & 0xc0) == 0x80)
			n--;
	}
	payload[0] = (char)(code >> 8);
	payload[1] = (char)(code & 0xff);
	if (n > 0)
		memcpy(payload + CLOSE_CODE_SIZE, reason.p, n);
	return ws_put(stream, masks, OP_CLOSE,
	    span_of(payload, CLOSE_CODE_SIZE + n));
}

size_t
ws_frame_size(size_t n)
{
	return n + (n < 126 ? 2 : n < 65536 ? 4 : 10);
}

void
ws_frame(struct block *b, struct msg m, int is_deflated)
{
	assert(ws_frame_size(m.body.n) <= block_room(b));
	b->n += put_frame((unsigned char *)b->data + b->n, NULL,
	    opcode(m.kind) | (is_deflated ? RSV1 : 0), m.body);
}

/* ---- what is queued ---- */

/* A frame of ours from `at` on: how long it is; 0 if there is none. */
static size_t
frame_length(const struct block *b, size_t at)
{
	const unsigned char *p = (const unsigned char *)b->data + at;
	size_t left = b->n - at, head = 2, body, i;

	if (left < head || !(p[0] & FIN))
		return 0;
	body = p[1];
	if (body >= 126) {
		head += body == 126 ? 2 : 8;
		body = 0;
		for (i = 2; i < head && i < left; i++)
			body = body << 8 | p[i];
	}
	return left >= head && left - head >= body ? head + body : 0;
}

size_t
ws_frame_at(const struct block *b, size_t at, struct msg *m)
{
	size_t n = frame_length(b, at), head = 2;
	unsigned char byte = (unsigned char)b->data[at + 1];

	if (byte >= 126)
		head += byte == 126 ? 2 : 8;
	m->kind = (b->data[at] & 0xf) == OP_TEXT ? MSG_TEXT : MSG_BINARY;
	m->body = span_of(b->data + at + head, n - head);
	return n;
}

/* Frames begin where the block does, or behind the handshake. */
static void
count_messages(void *arg, const struct block *b, size_t off, size_t n)
{
	size_t *count = arg, at = 0, length;
	const char *end;

	while (at < off + n) {
		length = frame_length(b, at);
		if (length > 0) {
			*count += at + length > off &&
			    (b->data[at] & 0xf) <= OP_BINARY;
		} else {
			end = memmem(b->data + at, b->n - at, "\r\n\r\n", 4);
			if (end == NULL)
				return;
			length = (size_t)(end + 4 - b->data) - at;
		}
		at += length;
	}
}

size_t
ws_unsent(const struct ws *ws)
{
	size_t n = 0;

	stream_each_queued(ws->stream, count_messages, &n);
	return n;
}
