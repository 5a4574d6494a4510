import PassgateCrypto
import PassgateDomain
import PassgateSettings
import PassgateSystem
import PassgateWire

/// A line that is kept out of the registry, and why; never what it said.
struct BadLine: Error {
  let number: Int
  let reason: String
}

/// A record that a line names, with its portrait.
struct RegistryLine {
  let number: Int
  let record: RegistryRecord
  let portrait: FilePortrait
}

/// A file of registry records, CSV or NDJSON, line by line.
struct RegistryFile {
  private enum Format {
    case csv(CSVParser)
    case ndjson
  }

  private let reader: LineBox
  private let format: Format
  private let portraits: PortraitFolder
  /// Empty for NDJSON.
  private let header: [UInt8]

  /// Keeps a reader that cannot be copied.
  private final class LineBox {
    var reader: LineReader
    init(_ path: String) throws(SystemError) { reader = try LineReader(path: path) }
  }

  /// - Parameter format: "csv" or "ndjson"; nil goes by the file's ending.
  init(_ path: String, format: String?) throws {
    reader = try LineBox(path)
    portraits = PortraitFolder(of: path)
    guard (format ?? (path.hasSuffix(".csv") ? "csv" : "ndjson")) == "csv" else {
      (self.format, header) = (.ndjson, [])
      return
    }
    header = try reader.reader.next() ?? []
    do throws(CSVFault) {
      self.format = .csv(
        try CSVParser(
          header: header, known: DocumentRecord.columns + [DocumentRecord.portraitColumn],
          required: DocumentRecord.requiredColumns))
    } catch {
      throw Failure("\(path) line 1: \(error)")
    }
  }

  /// Bytes of the file; nil for a pipe.
  var size: Int? { reader.reader.size }
  var byteOffset: Int { reader.reader.byteOffset }

  /// The next record or bad line; nil at the end. Empty lines are passed over.
  mutating func next() throws -> Result<RegistryLine, BadLine>? {
    do throws(SystemError) {
      while let line = try reader.reader.next() {
        if !line.isEmpty { return record(line) }
      }
      return nil
    } catch {
      guard error.isTooLong else { throw error }
      return .failure(BadLine(number: reader.reader.lineNumber, reason: error.message))
    }
  }

  private func record(_ line: [UInt8]) -> Result<RegistryLine, BadLine> {
    let number = reader.reader.lineNumber
    do {
      var fields = try fields(line)
      let path = fields.removeValue(forKey: DocumentRecord.portraitColumn) ?? ""
      let record = RegistryRecord(try DocumentRecord(fields: fields))
      return .success(RegistryLine(number: number, record: record, portrait: portraits.read(path)))
    } catch {
      return .failure(BadLine(number: number, reason: "\(error)"))
    }
  }

  /// What an import is named by, 16 bytes: all that the file says and all its portraits, so that the same file resumes
  /// with the same chunks, and another one begins. Reads to the end.
  mutating func identity() throws -> [UInt8] {
    let hasher = try Hasher(.sha256)
    if !header.isEmpty { hasher.update((header + [10]).span) }
    while let line = try rawLine() {
      hasher.update(line.span)
      hasher.update([10].span)
      if case .image(let image) = portrait(namedBy: line) { hasher.update(sha256(image.span).span) }
    }
    return Array(hasher.finish().prefix(16))
  }

  /// The next line; of one too long to be a record only that it is there.
  private func rawLine() throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      return try reader.reader.next()
    } catch {
      guard error.isTooLong else { throw error }
      return [0]
    }
  }

  private func portrait(namedBy line: [UInt8]) -> FilePortrait {
    switch format {
    case .csv(let parser):
      guard parser.columns.contains(DocumentRecord.portraitColumn) else { return .absent }
    case .ndjson: guard Self.mayNamePortrait(line) else { return .absent }
    }
    return portraits.read((try? fields(line))?[DocumentRecord.portraitColumn] ?? "")
  }

  /// True of every line that has the key, and of few others: it may be spelled with escapes.
  private static func mayNamePortrait(_ line: [UInt8]) -> Bool {
    let key = Array(DocumentRecord.portraitColumn.utf8)
    var matched = 0
    for byte in line {
      if byte == UInt8(ascii: "\\") { return true }
      // No part of the word is its beginning again, so a mismatch begins anew.
      matched = byte == key[matched] ? matched + 1 : byte == key[0] ? 1 : 0
      if matched == key.count { return true }
    }
    return false
  }

  private func fields(_ line: [UInt8]) throws -> [String: String] {
    switch format {
    case .csv(let parser): try parser.record(line)
    case .ndjson: try Self.fields(of: try parseJSON(line))
    }
  }

  /// NDJSON has the columns of CSV as its keys; lists may be written as lists.
  private static func fields(of value: JSONValue) throws -> [String: String] {
    guard case .object(let members) = value else { throw SettingsError("a line is one JSON object") }
    return try members.mapValues { value in
      switch value {
      case .string(let text): text
      case .null: ""
      case .array(let elements):
        try elements.map { element in
          guard case .string(let text) = element else { throw SettingsError("a list holds strings") }
          return text
        }.joined(separator: ";")
      case .bool, .integer, .number, .object: throw SettingsError("a field is a string or a list of strings")
      }
    }
  }
}

extension RegistryRecord {
  fileprivate init(_ record: DocumentRecord) {
    self.init(
      documentType: record.number.type == .permit ? .permit : .passport, number: record.number.text,
      hanName: record.hanName, latinName: record.latinName, formerNames: record.formerNames,
      birthDate: record.birthDate.iso, sex: record.sex.map { $0 == .female ? .female : .male },
      expiry: record.expiry?.iso ?? "", previousNumbers: record.previousNumbers, superseded: false)
  }
}
