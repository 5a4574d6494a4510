// Keys of travel documents, made from their numbers: no encoding of somebody else is decoded by OpenSSL.
#pragma once
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

static inline EVP_PKEY *passgate_public_key(const char *kind, OSSL_PARAM *parameters) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
  if (context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  EVP_PKEY_CTX_free(context);
  return key;
}

// Numbers for a parameter are in the order of the machine's bytes: least significant first.
static inline void passgate_reverse(unsigned char *into, const unsigned char *bytes, size_t length) {
  for (size_t at = 0; at < length; at++) into[at] = bytes[length - 1 - at];
}

// An RSA key from its big-endian modulus, at most 1024 bytes, and exponent, at most 8; NULL on failure.
static inline EVP_PKEY *passgate_rsa_public_key(
    const unsigned char *modulus, size_t modulus_length, const unsigned char *exponent, size_t exponent_length) {
  unsigned char n[1024], e[8];
  if (modulus_length > sizeof n || exponent_length > sizeof e) return NULL;
  passgate_reverse(n, modulus, modulus_length);
  passgate_reverse(e, exponent, exponent_length);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, modulus_length),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, exponent_length),
      OSSL_PARAM_construct_end(),
  };
  return passgate_public_key("RSA", parameters);
}

// A key on a named curve from its encoded point, which is checked to be on it; NULL on failure.
static inline EVP_PKEY *passgate_ec_public_key(const char *curve, const unsigned char *point, size_t length) {
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, length),
      OSSL_PARAM_construct_end(),
  };
  return passgate_public_key("EC", parameters);
}

// The parameters of a named curve written out in DER: their length, or 0 on failure.
static inline long passgate_curve_parameters(const char *curve, unsigned char *into, size_t capacity) {
  EC_GROUP *group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(curve));
  if (group == NULL) return 0;
  EC_GROUP_set_asn1_flag(group, 0);
  int length = i2d_ECPKParameters(group, NULL);
  if (length > 0 && (size_t)length <= capacity) length = i2d_ECPKParameters(group, &into);
  else length = 0;
  EC_GROUP_free(group);
  return length;
}

// Prepares a context for RSASSA-PSS: the padding, both hash functions and the length of the salt.
static inline int passgate_prepare_pss(EVP_PKEY_CTX *context, const EVP_MD *digest, const EVP_MD *mask, int salt) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt) == 1;
}

// EVP_PKEY_Q_keygen takes a variable list of arguments.
static inline EVP_PKEY *passgate_generate_rsa_key(size_t bits) { return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits); }
static inline EVP_PKEY *passgate_generate_ec_key(const char *curve) {
  return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}
