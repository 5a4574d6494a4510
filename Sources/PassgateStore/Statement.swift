import CSQLite

/// A value bound to a parameter.
enum Value {
  case integer(Int64)
  case blob([UInt8])
  case text(String)
  case null

  /// An unsigned number; SQLite's are signed, and none of ours comes near the limit.
  static func number(_ value: UInt64) -> Value { .integer(Int64(clamping: value)) }
}

/// A compiled statement of one connection, which it keeps open.
@safe final class Statement {
  private let handle: OpaquePointer
  private let database: Database

  init(adopting handle: OpaquePointer, of database: Database) {
    unsafe self.handle = unsafe handle
    self.database = database
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Runs a statement that gives no rows.
  func run(_ values: [Value]) throws(StoreError) {
    defer { unsafe sqlite3_reset(handle) }
    try bind(values)
    _ = try step()
  }

  /// The first row as `read` sees it, or nil when there is none.
  func first<Result>(_ values: [Value], _ read: (Statement) -> Result) throws(StoreError) -> Result? {
    defer { unsafe sqlite3_reset(handle) }
    try bind(values)
    return try step() ? read(self) : nil
  }

  /// Every row in order, as `read` sees it.
  func all<Result>(_ values: [Value], _ read: (Statement) -> Result) throws(StoreError) -> [Result] {
    defer { unsafe sqlite3_reset(handle) }
    try bind(values)
    var results: [Result] = []
    while try step() { results.append(read(self)) }
    return results
  }

  /// Column of the current row, counted from 0.
  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  /// Column of the current row as a number the store itself wrote unsigned.
  func number(_ column: Int32) -> UInt64 { UInt64(clamping: integer(column)) }

  /// Column of the current row as a copy of its bytes.
  func bytes(_ column: Int32) -> [UInt8] {
    let start = unsafe sqlite3_column_blob(handle, column)
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Column of the current row as text.
  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

  private func step() throws(StoreError) -> Bool {
    let code = unsafe sqlite3_step(handle)
    try database.check(code)
    return code == SQLITE_ROW
  }

  private func bind(_ values: [Value]) throws(StoreError) {
    var index: Int32 = 1
    for value in values {
      try database.check(bind(value, at: index))
      index += 1
    }
  }

  private func bind(_ value: Value, at index: Int32) -> Int32 {
    switch value {
    case .integer(let integer): unsafe sqlite3_bind_int64(handle, index, integer)
    case .text(let text):
      unsafe passgate_sqlite_bind_text(handle, index, text, Int32(clamping: text.utf8.count))
    case .null: unsafe sqlite3_bind_null(handle, index)
    case .blob(let bytes):
      unsafe bytes.withUnsafeBytes { buffer in
        unsafe passgate_sqlite_bind_copy(handle, index, buffer.baseAddress, Int32(clamping: buffer.count))
      }
    }
  }
}
