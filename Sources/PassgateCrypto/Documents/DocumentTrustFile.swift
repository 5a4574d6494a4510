/// What a file of certificates for travel documents holds, in whatever form: LDIF of the ICAO PKD, PEM, or DER of one
/// certificate, revocation list or master list. Nothing is decoded further than its kind.
package struct DocumentTrustFile: Sendable {
  /// What one value is.
  package enum Kind: Sendable, Hashable {
    case certificate
    case revocationList
    case masterList
  }

  /// One value in DER, or BER for a master list.
  package struct Item: Sendable, Hashable {
    package let kind: Kind
    package let bytes: [UInt8]
    /// The line of the file on which it begins, from 1; 1 for a DER file.
    package let line: Int
  }

  /// A value that cannot be read; the others are.
  package struct Problem: Sendable, Hashable {
    package let line: Int
    package let reason: String
  }

  /// The largest file that is read, in bytes, and the most values in it.
  package static let maximumLength = 128 * 1024 * 1024
  package static let itemLimit = 200_000

  package private(set) var items: [Item] = []
  package private(set) var problems: [Problem] = []

  /// Reads a file.
  ///
  /// - Throws: `.malformed` for one that is of no known form, beyond the bounds, or without any value.
  package init(_ bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed, "the file has \(bytes.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    if bytes.first == 0x30, let kind = Kind(der: bytes) {
      try add(kind, bytes, line: 1)
    } else if PEMText.isOne(bytes) {
      try read(PEMText.blocks(bytes))
    } else {
      try read(LDIF.values(bytes))
    }
    guard !items.isEmpty || !problems.isEmpty else {
      throw CryptoError(
        .malformed,
        "the file holds nothing that is known; expected is a master list, a certificate or a revocation list in DER, "
          + "a PEM text, or LDIF of the ICAO PKD")
    }
  }

  private mutating func read(_ values: [EncodedValue]) throws(CryptoError) {
    for value in values {
      guard let bytes = Base64Text.decode(value.base64), !bytes.isEmpty else {
        problems.append(Problem(line: value.line, reason: "the value is not base64"))
        continue
      }
      try add(value.kind, bytes, line: value.line)
    }
  }

  private mutating func add(_ kind: Kind, _ bytes: [UInt8], line: Int) throws(CryptoError) {
    guard items.count < Self.itemLimit else {
      throw CryptoError(.malformed, "the file holds more than \(Self.itemLimit) values")
    }
    items.append(Item(kind: kind, bytes: bytes, line: line))
  }
}

extension DocumentTrustFile.Kind {
  /// By the first elements: an object identifier begins CMS; what is signed in a list begins with a version of two or an
  /// algorithm, and a name and a time follow; everything else is taken for a certificate.
  init?(der: [UInt8]) {
    var reader = DERReader(der)
    if let outer = try? reader.next(0x30) {
      var fields = reader.inside(outer)
      guard let first = try? fields.next() else { return nil }
      if first.tag == 0x06 { self = .masterList; return }
      self = Self.isRevocationList(fields.inside(first)) ? .revocationList : .certificate
    } else if der.count > 1, der[1] == 0x80 {
      self = .masterList
    } else {
      return nil
    }
  }

  private static func isRevocationList(_ signed: DERReader) -> Bool {
    var reader = signed
    _ = try? reader.nextIfTagged(0x02)
    guard (try? reader.next(0x30)) != nil, (try? reader.next(0x30)) != nil else { return false }
    return (try? reader.nextIfTagged(0x17, 0x18)) != nil
  }
}

/// A value of a text file before it is decoded.
struct EncodedValue {
  let kind: DocumentTrustFile.Kind
  let base64: [UInt8]
  let line: Int
}
