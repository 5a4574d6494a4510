/// The hashes of the data groups that EF.SOD signs (LDSSecurityObject, ICAO 9303-10 section 4.6.2.2).
package struct SecurityObject: Sendable {
  /// The hash function of the data groups.
  package let digest: DocumentDigest
  /// The hash of each data group under its number, 1 to 16.
  package let hashes: [Int: [UInt8]]
  /// `0108` for instance, of version 1 alone.
  package let ldsVersion: String?

  /// Decodes the signed content of EF.SOD.
  ///
  /// - Throws: `.malformed`, also for a number that stands twice, or a hash of another length than its function's;
  ///   `.unsupported` for a version other than 0 and 1, or another hash function.
  package init(_ content: [UInt8]) throws(CryptoError) {
    var outer = DERReader(try BER.definite(content))
    var fields = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    let version = Array(try fields.unsignedInteger())
    guard version.isEmpty || version == [1] else {
      throw CryptoError(.unsupported, "the list of hashes in EF.SOD is of a version that is not known")
    }
    digest = try DocumentDigest(fields.inside(try fields.next(0x30)))
    hashes = try Self.hashes(fields.inside(try fields.next(0x30)), of: digest)
    ldsVersion = version.isEmpty ? nil : try Self.ldsVersion(&fields)
    try fields.requireEnd()
  }

  private static func hashes(
    _ reader: DERReader, of digest: DocumentDigest
  ) throws(CryptoError) -> [Int: [UInt8]] {
    var reader = reader
    var hashes: [Int: [UInt8]] = [:]
    while !reader.isAtEnd {
      var item = reader.inside(try reader.next(0x30))
      let number = try item.unsignedInteger()
      let hash = item.content(try item.next(0x04))
      try item.requireEnd()
      guard number.count == 1, let group = number.first.map(Int.init), 1...16 ~= group,
        hashes.updateValue(hash, forKey: group) == nil, hash.count == digest.length
      else {
        throw CryptoError(.malformed, "EF.SOD lists a data group twice, or a number or a hash that is none")
      }
    }
    guard !hashes.isEmpty else { throw CryptoError(.malformed, "EF.SOD lists no data group") }
    return hashes
  }

  /// LDSVersionInfo: the version of the LDS and of Unicode.
  private static func ldsVersion(_ fields: inout DERReader) throws(CryptoError) -> String? {
    guard let element = try fields.nextIfTagged(0x30) else { return nil }
    var info = fields.inside(element)
    let version = info.content(try info.next(0x13))
    _ = try info.next(0x13)
    try info.requireEnd()
    return version.count == 4 ? String(decoding: version, as: UTF8.self) : nil
  }
}

extension SignedDocument {
  /// The most bytes of EF.SOD or EF.CardSecurity.
  package static let fileLimit = 64 * 1024

  /// Decodes EF.SOD with its wrapping tag 77, and nothing after it.
  ///
  /// - Throws: as `init(_:contentTypes:)`.
  package init(securityObjectFile bytes: [UInt8]) throws(CryptoError) {
    try Self.requireSize(bytes)
    var reader = DERReader(try BER.definite(bytes))
    let wrapper = try reader.next(0x77)
    try reader.requireEnd()
    var inside = reader.inside(wrapper)
    try self.init(&inside, contentTypes: OID.securityObjects)
  }

  /// Decodes EF.CardSecurity, which has no wrapping tag, and nothing after it.
  ///
  /// - Throws: as `init(_:contentTypes:)`.
  package init(cardSecurityFile bytes: [UInt8]) throws(CryptoError) {
    try Self.requireSize(bytes)
    try self.init(bytes, contentTypes: [.cardSecurity])
  }

  private static func requireSize(_ bytes: [UInt8]) throws(CryptoError) {
    guard bytes.count <= fileLimit else {
      throw CryptoError(.malformed, "a signed file is larger than \(fileLimit) bytes")
    }
  }
}
