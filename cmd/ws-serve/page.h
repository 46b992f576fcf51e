/* page.h - what a browser gets that asks for a page, not for a websocket.
 *
 * One self-contained page, whatever the path; each has a policy by which a
 * browser runs the page's own script and nothing else.
 *
 * Source:  Content Security Policy Level 3.
 */
#ifndef WS_SERVE_PAGE_H
#define WS_SERVE_PAGE_H

#include "front.h"
#include "why.h"

struct page;

/* "chat", "feed" or a file's name.  NULL and why: STATUS_USAGE. */
struct page *page_new(const char *which, struct why *);
void page_free(struct page *);			/* NULL is allowed */

/* Answers; without a page, that there is none. */
void page_answer(const struct page *, struct exchange *);

#endif
