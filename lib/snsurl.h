/* snsurl.h - is a URL one of Amazon SNS's own?
 *
 * Its messages say URLs: of the certificate they are signed with, and of the
 * page that confirms a subscription.  They are strangers' text until the
 * signature has been checked, and that is as good as the host which the
 * certificate comes from.  So these alone are followed: https, the host
 * sns.REGION.amazonaws.com or sns.REGION.amazonaws.com.cn in small letters,
 * no user, no port, then a `/`; visible ASCII without `\` throughout.  Pure.
 */
#ifndef HOOKLINE_SNSURL_H
#define HOOKLINE_SNSURL_H

#include "span.h"

int snsurl_is(struct span url);

/* The same, and its query asks to confirm a subscription. */
int snsurl_confirms(struct span url);

#endif
