/// The signed part of a revocation list: TBSCertList of RFC 5280 section 5.1.
struct RevocationListBody {
  let issuer: [UInt8]
  let thisUpdate: Int64
  let nextUpdate: Int64?
  private(set) var number: SerialNumber?
  private(set) var authorityKeyIdentifier: [UInt8] = []
  private(set) var entries: [RevokedCertificate] = []

  /// - Parameter algorithm: the AlgorithmIdentifier beside the signature, which must stand inside too.
  init(_ reader: DERReader, algorithm: ArraySlice<UInt8>) throws(CryptoError) {
    var reader = reader
    // Version 2 is the only one with extensions.
    guard try reader.unsignedInteger().elementsEqual([1]) else { throw DERReader.fault }
    guard try reader.bytes[reader.next(0x30).whole] == algorithm else { throw DERReader.fault }
    let name = try reader.next(0x30)
    issuer = Array(reader.bytes[name.whole])
    thisUpdate = try reader.time()
    nextUpdate = try reader.hasTime ? reader.time() : nil
    if let revoked = try reader.nextIfTagged(0x30) {
      entries = try RevokedCertificate.read(reader.inside(revoked))
    }
    if let extensions = try reader.nextIfTagged(0xa0) { try read(reader.inside(extensions)) }
    try reader.requireEnd()
  }

  private mutating func read(_ extensions: DERReader) throws(CryptoError) {
    var seen: Set<[UInt8]> = []
    for item in try CodedExtension.list(extensions) {
      guard seen.insert(item.identifier).inserted else { throw DERReader.fault }
      switch item.identifier {
      case CodedExtension.authorityKeyIdentifier: authorityKeyIdentifier = try item.keyIdentifier()
      case CodedExtension.listNumber: number = try item.number()
      default: try item.requirePassable()
      }
    }
  }
}

extension DERReader {
  fileprivate var hasTime: Bool { !isAtEnd && (bytes[position] == 0x17 || bytes[position] == 0x18) }
}

extension RevokedCertificate {
  /// The entries of a list, sorted by serial number.
  fileprivate static func read(_ reader: DERReader) throws(CryptoError) -> [RevokedCertificate] {
    var reader = reader
    // An empty list of entries is left out (RFC 5280 section 5.1.2.6).
    guard !reader.isAtEnd else { throw DERReader.fault }
    var entries: [RevokedCertificate] = []
    var isSorted = true
    while !reader.isAtEnd {
      let entry = try RevokedCertificate(reader.inside(try reader.next(0x30)))
      if let last = entries.last, entry.serial < last.serial { isSorted = false }
      entries.append(entry)
    }
    if !isSorted { entries.sort { $0.serial < $1.serial } }
    return entries
  }

  private init(_ reader: DERReader) throws(CryptoError) {
    var reader = reader
    guard let serial = SerialNumber(try reader.unsignedInteger()) else { throw DERReader.fault }
    let revokedAt = try reader.time()
    self.init(serial: serial, reason: try Self.reason(reader), revokedAt: revokedAt)
  }

  /// The Extensions of nearly every entry that has any, up to the reason in its last byte.
  private static let beforeReason: [UInt8] = [
    0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 21, 0x04, 0x03, 0x0a, 0x01,
  ]

  private static func plainReason(_ extensions: ArraySlice<UInt8>) -> RevocationReason? {
    guard extensions.count == beforeReason.count + 1, extensions.starts(with: beforeReason) else {
      return nil
    }
    return extensions.last.flatMap { RevocationReason(rawValue: $0) }
  }

  private static func reason(_ extensions: DERReader) throws(CryptoError) -> RevocationReason {
    if let reason = plainReason(extensions.rest) { return reason }
    var reason = RevocationReason.unspecified
    guard !extensions.isAtEnd else { return reason }
    for item in try CodedExtension.list(extensions) {
      if item.identifier == CodedExtension.reason {
        reason = try item.reason()
      } else {
        try item.requirePassable()
      }
    }
    return reason
  }
}

/// One Extension of a list or of an entry.
private struct CodedExtension {
  static let reason: [UInt8] = [0x55, 0x1d, 21]
  static let listNumber: [UInt8] = [0x55, 0x1d, 20]
  static let authorityKeyIdentifier: [UInt8] = [0x55, 0x1d, 35]

  /// Those that make another kind of list of it, whether they are marked critical or not.
  private static let refused: [[UInt8]: String] = [
    [0x55, 0x1d, 27]: "it is a delta list",
    [0x55, 0x1d, 28]: "it is a list of a part of its issuer's certificates, or of another issuer's",
    [0x55, 0x1d, 29]: "it lists certificates of another issuer",
  ]
  /// Those that say nothing about which certificates are revoked: issuerAltName and invalidityDate.
  private static let known: Set<[UInt8]> = [[0x55, 0x1d, 18], [0x55, 0x1d, 24]]

  /// The contents of the object identifier.
  let identifier: [UInt8]
  private let isCritical: Bool
  private let value: DERReader

  /// The Extensions that `reader` stands before, and nothing after them.
  static func list(_ reader: DERReader) throws(CryptoError) -> [CodedExtension] {
    var reader = reader
    var items = reader.inside(try reader.next(0x30))
    try reader.requireEnd()
    guard !items.isAtEnd else { throw DERReader.fault }
    var list: [CodedExtension] = []
    while !items.isAtEnd {
      list.append(try CodedExtension(items.inside(try items.next(0x30))))
    }
    return list
  }

  private init(_ reader: DERReader) throws(CryptoError) {
    var reader = reader
    identifier = reader.content(try reader.next(0x06))
    if let critical = try reader.nextIfTagged(0x01) {
      // DER leaves the default out.
      guard reader.content(critical) == [0xff] else { throw DERReader.fault }
      isCritical = true
    } else {
      isCritical = false
    }
    value = reader.inside(try reader.next(0x04))
    try reader.requireEnd()
  }

  /// Throws unless the list means the same without it.
  func requirePassable() throws(CryptoError) {
    let problem = Self.refused[identifier]
    guard problem != nil || (isCritical && !Self.known.contains(identifier)) else { return }
    throw CryptoError(
      .unsupported,
      "the revocation list is refused: \(problem ?? "a critical extension in it is not known here"); "
        + "fetch the complete list of the certificates' own issuer")
  }

  func number() throws(CryptoError) -> SerialNumber {
    var reader = value
    guard let number = SerialNumber(try reader.unsignedInteger()) else { throw DERReader.fault }
    try reader.requireEnd()
    return number
  }

  func keyIdentifier() throws(CryptoError) -> [UInt8] {
    var reader = value
    var fields = reader.inside(try reader.next(0x30))
    try reader.requireEnd()
    return try fields.nextIfTagged(0x80).map { fields.content($0) } ?? []
  }

  func reason() throws(CryptoError) -> RevocationReason {
    var reader = value
    let code = reader.content(try reader.next(0x0a))
    try reader.requireEnd()
    guard code.count == 1, let reason = RevocationReason(rawValue: code[0]) else { throw DERReader.fault }
    return reason
  }
}
