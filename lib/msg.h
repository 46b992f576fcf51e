/* msg.h - a message: what one websocket frame sequence or one HTTP body
 * holds.
 *
 * Owns:    nothing; body lives as long as its owner says.
 * Source:  RFC 6455 section 5.6: text is UTF-8, binary is anything.
 */
#ifndef HOOKLINE_MSG_H
#define HOOKLINE_MSG_H

#include "span.h"

enum msg_kind { MSG_TEXT, MSG_BINARY };

struct msg {
	enum msg_kind kind;
	struct span body;
};

#endif
