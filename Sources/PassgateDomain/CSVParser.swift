/// Why a line of a CSV file cannot be read; it names no value.
package struct CSVFault: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}

/// CSV (RFC 4180) in UTF-8, line by line under a header; a field cannot contain a line break.
package struct CSVParser: Sendable {
  /// The columns, in the order of the header.
  package let columns: [String]

  /// Reads the header, which may begin with a byte order mark, and checks it against the columns known.
  package init(header: [UInt8], known: [String], required: Set<String>) throws(CSVFault) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    columns = try Self.fields(header.starts(with: mark) ? Array(header.dropFirst(3)) : header)
    guard Set(columns).count == columns.count else {
      throw CSVFault(description: "the header names a column twice")
    }
    // A file without a header shows a record here, so the column is told by its place.
    if let place = columns.firstIndex(where: { !known.contains($0) }) {
      let expected = known.joined(separator: ", ")
      throw CSVFault(description: "the header's column \(place + 1) is unknown; known are \(expected)")
    }
    if let missing = required.sorted().first(where: { !columns.contains($0) }) {
      throw CSVFault(description: "the header lacks the column \(missing)")
    }
  }

  /// The fields of one line, without its line feed, by column.
  package func record(_ line: [UInt8]) throws(CSVFault) -> [String: String] {
    let fields = try Self.fields(line)
    guard fields.count == columns.count else {
      throw CSVFault(description: "\(fields.count) fields where the header names \(columns.count)")
    }
    return Dictionary(uniqueKeysWithValues: zip(columns, fields))
  }

  /// A field as it is written: in quotes when it contains what divides fields.
  static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else {
      return field
    }
    let doubled = field.unicodeScalars.reduce(into: "") { text, scalar in
      text.unicodeScalars.append(scalar)
      if scalar == "\"" { text.unicodeScalars.append(scalar) }
    }
    return "\"\(doubled)\""
  }

  private static func fields(_ line: [UInt8]) throws(CSVFault) -> [String] {
    var splitter = CSVSplitter()
    let end = line.last == UInt8(ascii: "\r") ? line.count - 1 : line.count
    for index in 0..<end { try splitter.take(line[index]) }
    return try splitter.finish()
  }
}

/// Splits one line; the state is where the last byte stood.
private struct CSVSplitter {
  private enum State {
    case start, plain, quoted, closed
  }

  private var fields: [String] = []
  private var field: [UInt8] = []
  private var state = State.start

  mutating func take(_ byte: UInt8) throws(CSVFault) {
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .closed
    case (.quoted, _): field.append(byte)
    case (.start, UInt8(ascii: "\"")): state = .quoted
    case (.closed, UInt8(ascii: "\"")): reopen()
    case (_, UInt8(ascii: ",")): try endField()
    case (.closed, _): throw CSVFault(description: "text follows a closing quote")
    case (_, UInt8(ascii: "\"")): throw CSVFault(description: "a quote stands inside an unquoted field")
    default:
      field.append(byte)
      state = .plain
    }
  }

  mutating func finish() throws(CSVFault) -> [String] {
    if case .quoted = state {
      throw CSVFault(description: "a quote is not closed on its line; fields cannot contain line breaks")
    }
    try endField()
    return fields
  }

  /// Two quotes inside a quoted field are one.
  private mutating func reopen() {
    field.append(UInt8(ascii: "\""))
    state = .quoted
  }

  private mutating func endField() throws(CSVFault) {
    guard let text = String(validating: field, as: UTF8.self) else {
      throw CSVFault(description: "the line is not UTF-8")
    }
    fields.append(text)
    field.removeAll(keepingCapacity: true)
    state = .start
  }
}
