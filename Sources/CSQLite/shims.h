// What Swift cannot import of SQLite: macros and variadics, as inline functions.
#pragma once
#include <sqlite3.h>
