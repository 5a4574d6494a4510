/// A JSON document as a value.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// Written without a fraction or an exponent, and within 64 bits.
  case integer(Int64)
  /// Any other number; finite.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// What it is, for a sentence such as "must be a list, not a string".
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Why a file or a line could not be read as settings; the fault of whoever wrote it. Never quotes a value.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence a line, each with its place.
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Reads a configuration written by a person: JSON5 (json5.org) with comments, bare ASCII keys and trailing commas,
/// but without Infinity and NaN, which no setting takes. Errors say "line 3, column 5: …".
package func parseJSON5(_ bytes: [UInt8]) throws(SettingsError) -> JSONValue {
  var parser = JSONParser(bytes, .json5)
  return try parser.document()
}

/// Reads a document written by a program: JSON (RFC 8259) to the letter. Errors say "line 1, column 5: …".
package func parseJSON(_ bytes: [UInt8]) throws(SettingsError) -> JSONValue {
  var parser = JSONParser(bytes, .strict)
  return try parser.document()
}
