/* crc32c.h - CRC-32C (Castagnoli), as iSCSI and many file formats have it.
 *
 * Source:  RFC 3720 appendix B.4: its test vectors are a test of ours.
 */
#ifndef HOOKLINE_CRC32C_H
#define HOOKLINE_CRC32C_H

#include <stdint.h>

#include "span.h"

uint32_t crc32c(struct span);

#endif
