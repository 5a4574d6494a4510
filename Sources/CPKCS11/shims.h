// The types and constants of PKCS#11 2.40. Nothing is linked: a token's library is opened at run time.
#pragma once
#include <p11-kit-1/p11-kit/pkcs11.h>
