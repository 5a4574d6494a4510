// Keys, digests, signatures, authenticated encryption.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// The bytes held by a memory BIO, and their count: BIO_get_mem_data is a macro.
static inline long passgate_bio_contents(BIO *bio, char **start) {
  return BIO_get_mem_data(bio, start);
}

// Starts HMAC-SHA-256 with a key: the parameter names must outlive the calls that build the parameters.
static inline int passgate_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t length) {
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_init(context, key, length, parameters);
}

// Starts CMAC with a cipher and a key: the parameter names must outlive the calls that build the parameters.
static inline int passgate_cmac_init(
    EVP_MAC_CTX *context, const char *cipher, const unsigned char *key, size_t length) {
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, (char *)cipher, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_init(context, key, length, parameters);
}
