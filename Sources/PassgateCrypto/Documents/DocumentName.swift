/// A distinguished name of a travel document's PKI, to be shown and to be found again.
package struct DocumentName: Sendable, Hashable {
  /// The Name in DER as received.
  let der: [UInt8]
  /// On one line in the order of the certificate, what cannot be seen left out: `C=DE, O=bund, CN=csca-germany`
  package let text: String
  /// The country in upper case, as two letters nearly always; nil when there is none.
  package let country: String?
  /// What two names have in common that differ in order, string types, case or spaces alone: the names in lists and
  /// in EF.SOD do. It finds candidates; the signature decides.
  let searchKey: [UInt8]

  /// Whether they are the same name, however they are written.
  package static func == (one: DocumentName, other: DocumentName) -> Bool { one.searchKey == other.searchKey }
  package func hash(into hasher: inout Swift.Hasher) { hasher.combine(searchKey) }

  /// The most characters that are shown of a name, which may be as long as a certificate.
  private static let textLimit = 512

  /// A Name in DER; nil when it is none.
  init?(der: [UInt8]) {
    var reader = DERReader(der)
    guard let name = try? reader.name() else { return nil }
    self = name
  }

  /// Reads the content of a Name (RFC 5280 section 4.1.2.4) of at most 64 attributes.
  init(_ name: DERReader, der: [UInt8]) throws(CryptoError) {
    var attributes: [NameAttribute] = []
    var sets = name
    while !sets.isAtEnd {
      var set = sets.inside(try sets.next(0x31))
      while !set.isAtEnd {
        guard attributes.count < 64 else { throw DERReader.fault }
        attributes.append(try NameAttribute(set.inside(try set.next(0x30))))
      }
    }
    self.der = der
    text = String(attributes.map(\.text).joined(separator: ", ").prefix(Self.textLimit))
    country = attributes.first { $0.type == NameAttribute.country }?.value.uppercased()
    searchKey = attributes.map(\.searchKey).sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self)
  }
}

/// One AttributeTypeAndValue.
private struct NameAttribute {
  static let country = OID(2, 5, 4, 6)
  private static let labels: [OID: String] = [
    country: "C", OID(2, 5, 4, 10): "O", OID(2, 5, 4, 11): "OU", OID(2, 5, 4, 3): "CN",
    OID(2, 5, 4, 5): "serialNumber", OID(2, 5, 4, 7): "L", OID(2, 5, 4, 8): "ST", OID(2, 5, 4, 9): "street",
    OID(2, 5, 4, 17): "postalCode", OID(1, 2, 840, 113549, 1, 9, 1): "emailAddress",
  ]

  let type: OID
  let value: String

  init(_ reader: DERReader) throws(CryptoError) {
    var reader = reader
    type = try reader.identifier()
    let element = try reader.next()
    try reader.requireEnd()
    value = Self.text(reader.bytes[element.content], tag: element.tag)
  }

  /// Types of strings that are not Unicode are read as Latin-1, which never fails.
  private static func text(_ bytes: ArraySlice<UInt8>, tag: UInt8) -> String {
    let decoded =
      switch tag {
      case 0x0c: String(decoding: bytes, as: UTF8.self)
      case 0x1e: String(decoding: pairs(bytes), as: UTF16.self)
      default: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
      }
    let shown = decoded.unicodeScalars.filter { !hidden.contains($0.properties.generalCategory) }
    return collapsed(String(String.UnicodeScalarView(shown)))
  }

  /// What a terminal would obey or nobody would see, marks that turn the direction of writing among it.
  private static let hidden: Set<Unicode.GeneralCategory> = [
    .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
  ]

  private static func pairs(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    let all = Array(bytes)
    return stride(from: 0, to: all.count - 1, by: 2).map { UInt16(all[$0]) << 8 | UInt16(all[$0 + 1]) }
  }

  private static func collapsed(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }

  var text: String { "\(Self.labels[type] ?? type.description)=\(value)" }

  var searchKey: [UInt8] { type.der + DER.utf8String(value.lowercased()) }
}
