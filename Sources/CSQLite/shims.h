// What Swift cannot import of SQLite: macros and variadics, as inline functions.
#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a macro; an empty blob must not become NULL, which a null pointer would make it.
static inline int passgate_sqlite_bind_copy(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  if (count == 0) return sqlite3_bind_zeroblob(statement, index, 0);
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int passgate_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
  return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}

// sqlite3_db_config is variadic: no SQL of this connection may write the schema or the file's structure directly.
static inline int passgate_sqlite_defend(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
