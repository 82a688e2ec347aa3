#ifndef NEWSWIRE_SHIMS_TLS_H
#define NEWSWIRE_SHIMS_TLS_H

#include <openssl/err.h>
#include <openssl/ssl.h>

// What OpenSSL offers only as macros, which Swift cannot see.

/// TLS 1.3 and nothing else; no tickets, no resumption, no early data; writes may be partial and from moved buffers.
static inline int shims_tls_restrict(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_max_early_data(context, 0);
  return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
}

/// The certificates that go out behind the own one.
static inline int shims_tls_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
  return SSL_CTX_add1_chain_cert(context, certificate) == 1;
}

/// The name that the client asks for (SNI).
static inline int shims_tls_set_server_name(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name) == 1;
}

/// A subject or issuer in one line, most significant part last.
static inline int shims_tls_print_name(BIO *bio, const X509_NAME *name) {
  return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

static inline int shims_tls_error_library(unsigned long error) { return ERR_GET_LIB(error); }
static inline int shims_tls_error_reason(unsigned long error) { return ERR_GET_REASON(error); }

#endif
