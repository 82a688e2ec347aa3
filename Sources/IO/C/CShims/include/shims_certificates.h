#ifndef NEWSWIRE_SHIMS_CERTIFICATES_H
#define NEWSWIRE_SHIMS_CERTIFICATES_H

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// What OpenSSL offers only as macros, variadic functions or unions, which Swift cannot see.

/// A new private key on the curve P-256; NULL on failure.
static inline EVP_PKEY *shims_certificates_generate_key(void) { return EVP_EC_gen("P-256"); }

/// Writes a subject or an issuer as one line for people.
static inline int shims_certificates_print_name(BIO *bio, const X509_NAME *name) {
  return X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
}

/// How many names there are.
static inline int shims_certificates_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

/// One name's kind (`GEN_URI`, `GEN_DNS`, `GEN_IPADD`), bytes and their count; kind -1 for all others.
static inline int shims_certificates_name(
    const GENERAL_NAMES *names, int index, const unsigned char **bytes, int *count) {
  int kind = -1;
  const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &kind);
  if (kind != GEN_URI && kind != GEN_DNS && kind != GEN_IPADD) return -1;
  *bytes = ASN1_STRING_get0_data(value);
  *count = ASN1_STRING_length(value);
  return kind;
}

#endif
