#ifndef NEWSWIRE_SHIMS_BIO_H
#define NEWSWIRE_SHIMS_BIO_H

#include <openssl/bio.h>

/// "Nothing to read now, ask again": macros of OpenSSL, which Swift cannot see.
static inline void shims_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void shims_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

#endif
