import COpenSSL

/// The hash functions of travel documents (ICAO 9303-12 section 4.1.6).
package enum DocumentDigest: UInt8, Sendable, Hashable, CaseIterable {
  /// Still in use, and reported as weak.
  case sha1
  case sha224, sha256, sha384, sha512

  /// The length of a digest in bytes.
  package var length: Int {
    switch self {
    case .sha1: 20
    case .sha224: 28
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  /// The digest of `bytes`.
  package func digest(_ bytes: [UInt8]) -> [UInt8] {
    let algorithm = unsafe fetched
    return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      let result = unsafe EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, algorithm, nil)
      // A wrong digest would be worse than a stopped process.
      precondition(result == 1, "OpenSSL failed in a digest")
      count = length
    }
  }

  var identifier: OID { Self.identifiers[Int(rawValue)] }

  /// In the order of the cases.
  private static let identifiers = [
    OID(1, 3, 14, 3, 2, 26), OID(2, 16, 840, 1, 101, 3, 4, 2, 4), OID(2, 16, 840, 1, 101, 3, 4, 2, 1),
    OID(2, 16, 840, 1, 101, 3, 4, 2, 2), OID(2, 16, 840, 1, 101, 3, 4, 2, 3),
  ]
  private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.identifier, $0) })

  /// The function that an AlgorithmIdentifier names, whose parameters are absent or NULL.
  ///
  /// - Throws: `.unsupported` for another function.
  init(_ identifier: DERReader) throws(CryptoError) {
    var reader = identifier
    guard let found = Self.named[try reader.identifier()] else {
      throw CryptoError(
        .unsupported, "a hash function is none of SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512")
    }
    if let null = try reader.nextIfTagged(0x05), !null.content.isEmpty { throw DERReader.fault }
    try reader.requireEnd()
    self = found
  }

  /// The AlgorithmIdentifier in DER with NULL, as most documents write it, or without.
  func algorithmIdentifier(hasNull: Bool = true) -> [UInt8] {
    DER.sequence(identifier.der, hasNull ? [0x05, 0x00] : [])
  }

  /// What stands before the digest in a DigestInfo (RFC 8017 section 9.2), with NULL and without.
  var infoPrefixes: [[UInt8]] { Self.infoPrefixes[Int(rawValue)] }

  private static let infoPrefixes = allCases.map { function in
    [true, false].map { hasNull in
      let zeros = [UInt8](repeating: 0, count: function.length)
      let whole = DER.sequence(function.algorithmIdentifier(hasNull: hasNull), DER.octetString(zeros))
      return Array(whole.dropLast(function.length))
    }
  }

  /// OpenSSL's algorithm, fetched once for the process and kept.
  var fetched: OpaquePointer? { unsafe FetchedDocumentDigests.all[Int(rawValue)] }

  fileprivate var openSSLName: String {
    switch self {
    case .sha1: "SHA1"
    case .sha224: "SHA224"
    case .sha256: "SHA256"
    case .sha384: "SHA384"
    case .sha512: "SHA512"
    }
  }
}

/// Fetching costs more than hashing a data group.
@safe private enum FetchedDocumentDigests {
  nonisolated(unsafe) static let all: [OpaquePointer?] = unsafe DocumentDigest.allCases.map {
    unsafe EVP_MD_fetch(nil, $0.openSSLName, nil)
  }
}
