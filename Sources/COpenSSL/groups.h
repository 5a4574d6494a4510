// Groups of key agreement with travel documents' chips.
#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>

// The parameters of a Diffie-Hellman group of RFC 5114: the parameter names must outlive the calls.
static inline EVP_PKEY *passgate_dh_group_new(const char *name) {
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)name, 0),
      OSSL_PARAM_construct_end(),
  };
  EVP_PKEY *group = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
  if (context != NULL && EVP_PKEY_fromdata_init(context) == 1)
    EVP_PKEY_fromdata(context, &group, EVP_PKEY_KEY_PARAMETERS, parameters);
  EVP_PKEY_CTX_free(context);
  return group;
}
