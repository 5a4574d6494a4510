/// Why bytes of a chip are not what their place asks for; it names tags and rules, never what stands there.
package enum LDSFault: Error, Sendable, Hashable, CustomStringConvertible {
  case empty
  case truncated
  /// A tag of more than three bytes (ISO/IEC 7816-4 section 5.2.2.1).
  case tagTooLong
  /// A length of more than four bytes.
  case lengthTooLong
  /// Only EF.SOD may have one, which is not read here (ICAO 9303-10).
  case indefiniteLength
  /// More bytes than the file's, or a document's files, may have.
  case tooLarge
  case trailingBytes
  /// More than `TLV.depthLimit` data objects within one another.
  case tooDeep
  /// More data objects than could be meant.
  case tooMany(tag: UInt32)
  case unexpected(tag: UInt32)
  case missing(tag: UInt32)
  /// The content of this data object is not of its form.
  case malformed(tag: UInt32)
  /// Fingerprints and irises are not read.
  case forbidden

  package var description: String {
    switch self {
    case .empty: "the file is empty"
    case .truncated: "a data object runs past the end of what holds it"
    case .tagTooLong: "a tag has more than three bytes"
    case .lengthTooLong: "a length has more than four bytes"
    case .indefiniteLength: "a data object of indefinite length cannot stand here"
    case .tooLarge: "there are more bytes than are accepted"
    case .trailingBytes: "bytes follow the file's data object"
    case .tooDeep: "data objects lie more than \(TLV.depthLimit) deep in one another"
    case .tooMany(let tag): "data object \(Self.name(tag)) is repeated too often, or is said to be"
    case .unexpected(let tag): "data object \(Self.name(tag)) cannot stand here"
    case .missing(let tag): "data object \(Self.name(tag)) is missing"
    case .malformed(let tag): "the content of data object \(Self.name(tag)) is not of its form"
    case .forbidden: "fingerprints and irises (DG3, DG4) are not read"
    }
  }

  private static func name(_ tag: UInt32) -> String {
    let digits = String(tag, radix: 16, uppercase: true)
    return digits.count.isMultiple(of: 2) ? digits : "0\(digits)"
  }
}
