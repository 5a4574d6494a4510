// Keys, digests, signatures, authenticated encryption.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// The bytes held by a memory BIO, and their count: BIO_get_mem_data is a macro.
static inline long passgate_bio_contents(BIO *bio, char **start) {
  return BIO_get_mem_data(bio, start);
}
