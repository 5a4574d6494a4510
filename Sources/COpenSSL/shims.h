// What Swift cannot import of OpenSSL: macros and variadics, as inline functions.
#pragma once
#include "keys.h"
#include "certificates.h"
#include "documents.h"
#include "groups.h"
