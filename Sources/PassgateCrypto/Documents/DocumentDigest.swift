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
  ///
  /// - Throws: `.library` when OpenSSL does not offer the function.
  package func digest(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
    var result: Int32 = 0
    let algorithm = try unsafe fetched()
    let digest = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      unsafe result = EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, algorithm, nil)
      count = result == 1 ? length : 0
    }
    try ErrorQueue.check(result, .library, "a digest failed")
    return digest
  }

  var identifier: OID {
    switch self {
    case .sha1: OID(1, 3, 14, 3, 2, 26)
    case .sha224: OID(2, 16, 840, 1, 101, 3, 4, 2, 4)
    case .sha256: OID(2, 16, 840, 1, 101, 3, 4, 2, 1)
    case .sha384: OID(2, 16, 840, 1, 101, 3, 4, 2, 2)
    case .sha512: OID(2, 16, 840, 1, 101, 3, 4, 2, 3)
    }
  }

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

  /// OpenSSL's algorithm, fetched once for the process and kept.
  func fetched() throws(CryptoError) -> OpaquePointer {
    guard let algorithm = unsafe FetchedDocumentDigests.all[Int(rawValue)] else {
      throw CryptoError(.library, "OpenSSL lacks a hash function; its default provider must be active")
    }
    return unsafe algorithm
  }

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
