import PassgateDomain
import PassgateSettings
import PassgateSystem
import PassgateWire

/// A line that is kept out of the registry, and why; never what it said.
struct BadLine: Error {
  let number: Int
  let reason: String
}

/// A file of registry records, CSV or NDJSON, line by line.
struct RegistryFile {
  private enum Format {
    case csv(CSVParser)
    case ndjson
  }

  private let reader: LineBox
  private let format: Format

  /// Keeps a reader that cannot be copied.
  private final class LineBox {
    var reader: LineReader
    init(_ path: String) throws(SystemError) { reader = try LineReader(path: path) }
  }

  /// - Parameter format: "csv" or "ndjson"; nil goes by the file's ending.
  init(_ path: String, format: String?) throws {
    reader = try LineBox(path)
    guard (format ?? (path.hasSuffix(".csv") ? "csv" : "ndjson")) == "csv" else {
      self.format = .ndjson
      return
    }
    let header = try reader.reader.next() ?? []
    do throws(CSVFault) {
      self.format = .csv(
        try CSVParser(header: header, known: DocumentRecord.columns, required: DocumentRecord.requiredColumns)
      )
    } catch {
      throw Failure("\(path) line 1: \(error)")
    }
  }

  /// Bytes of the file; nil for a pipe.
  var size: Int? { reader.reader.size }
  var byteOffset: Int { reader.reader.byteOffset }

  /// The next record or bad line; nil at the end. Empty lines are passed over.
  mutating func next() throws -> Result<RegistryRecord, BadLine>? {
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

  private func record(_ line: [UInt8]) -> Result<RegistryRecord, BadLine> {
    do {
      return .success(RegistryRecord(try DocumentRecord(fields: try fields(line))))
    } catch {
      return .failure(BadLine(number: reader.reader.lineNumber, reason: "\(error)"))
    }
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
