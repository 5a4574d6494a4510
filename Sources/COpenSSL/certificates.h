// X.509 and TLS.
#pragma once
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Each function below is the OpenSSL macro of the same name, which Swift cannot import.

static inline int passgate_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline int passgate_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}

static inline void passgate_SSL_CTX_set_mode(SSL_CTX *context, long mode) {
  SSL_CTX_set_mode(context, mode);
}

static inline void passgate_SSL_CTX_set_read_ahead(SSL_CTX *context, int on) {
  SSL_CTX_set_read_ahead(context, on);
}

static inline void passgate_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
  SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void passgate_SSL_CTX_set_max_cert_list(SSL_CTX *context, long bytes) {
  SSL_CTX_set_max_cert_list(context, bytes);
}

static inline int passgate_SSL_CTX_set1_sigalgs_list(SSL_CTX *context, const char *names) {
  return (int)SSL_CTX_set1_sigalgs_list(context, names);
}

static inline int passgate_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *names) {
  return (int)SSL_CTX_set1_groups_list(context, names);
}

static inline int passgate_SSL_set_tlsext_host_name(SSL *connection, const char *name) {
  return (int)SSL_set_tlsext_host_name(connection, name);
}

static inline void passgate_SSL_set_msg_callback_arg(SSL *connection, void *argument) {
  SSL_set_msg_callback_arg(connection, argument);
}

static inline STACK_OF(X509) *passgate_sk_X509_new_null(void) { return sk_X509_new_null(); }
static inline int passgate_sk_X509_push(STACK_OF(X509) *stack, X509 *item) { return sk_X509_push(stack, item); }
static inline int passgate_sk_X509_num(const STACK_OF(X509) *stack) { return sk_X509_num(stack); }
static inline X509 *passgate_sk_X509_value(const STACK_OF(X509) *stack, int at) { return sk_X509_value(stack, at); }
static inline void passgate_sk_X509_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }

static inline int passgate_sk_ASN1_OBJECT_num(const STACK_OF(ASN1_OBJECT) *stack) {
  return sk_ASN1_OBJECT_num(stack);
}

static inline const ASN1_OBJECT *passgate_sk_ASN1_OBJECT_value(const STACK_OF(ASN1_OBJECT) *stack, int at) {
  return sk_ASN1_OBJECT_value(stack, at);
}

static inline int passgate_sk_GENERAL_NAME_num(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline const GENERAL_NAME *passgate_sk_GENERAL_NAME_value(const GENERAL_NAMES *names, int at) {
  return sk_GENERAL_NAME_value(names, at);
}
static inline void passgate_GENERAL_NAMES_free(GENERAL_NAMES *names) { GENERAL_NAMES_free(names); }

// The flags in use whose macros are expressions, and so not imported either.
static const unsigned long passgate_XN_FLAG_READABLE = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
static const uint64_t passgate_SSL_OP_NO_TICKET = SSL_OP_NO_TICKET;
static const uint64_t passgate_SSL_OP_IGNORE_UNEXPECTED_EOF = SSL_OP_IGNORE_UNEXPECTED_EOF;
