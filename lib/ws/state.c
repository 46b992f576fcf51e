/* state.c - what there is to know of a connection. */
#include "own.h"

int
ws_deflate_bits(const struct ws *ws)
{
	return ws->deflate_bits;
}

size_t
ws_queued(const struct ws *ws)
{
	return stream_queued(ws->stream);
}

uint64_t
ws_heard(const struct ws *ws)
{
	return ws->heard;
}

int64_t
ws_heard_ms(const struct ws *ws)
{
	return ws->heard_ms;
}

uint64_t
ws_said(const struct ws *ws)
{
	return ws->heard - ws->ponged;
}

const char *
ws_remote(const struct ws *ws)
{
	return stream_remote(ws->stream);
}
