/* pwhash.c - passwords kept as hashes; libxcrypt's. */
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "mac.h"
#include "pwhash.h"
#include "span.h"

int
pwhash_looks(const char *text)
{
	return text[0] == '$' || strncmp(text, "{SHA}", 5) == 0 ||
	    strncmp(text, "{SSHA}", 6) == 0;
}

#define SHORTEST 26		/* "$1$$" and 22 characters */

/* $apr1$, htpasswd's own, is not libxcrypt's; nor is {SHA}.  What has no `$`
 * (the DES of old) could be any password.  crypt_checksalt looks at the kind
 * alone. */
int
pwhash_known(const char *hash)
{
	int r = hash[0] == '$' && strlen(hash) >= SHORTEST ?
	    crypt_checksalt(hash) : CRYPT_SALT_INVALID;

	return r == CRYPT_SALT_OK || r == CRYPT_SALT_METHOD_LEGACY;
}

int
pwhash_fits(const char *hash, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *made;
	int fits;

	if (data == NULL)
		return 0;
	made = crypt_rn(password, hash, data, (int)sizeof(*data));
	fits = made != NULL &&
	    mac_equal_text(span_str(made), span_str(hash));
	mac_wipe(data, sizeof(*data));
	free(data);
	return fits;
}
