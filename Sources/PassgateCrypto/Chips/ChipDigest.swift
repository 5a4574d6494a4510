import COpenSSL

/// The hash functions of travel documents (ICAO 9303-12 section 4.4).
package enum ChipDigest: Sendable, Hashable, CaseIterable {
  case sha1, sha224, sha256, sha384, sha512

  /// The length of a digest, in bytes.
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
    unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      let output = buffer.baseAddress
      let result =
        switch self {
        case .sha1: unsafe SHA1(bytes, bytes.count, output)
        case .sha224: unsafe SHA224(bytes, bytes.count, output)
        case .sha256: unsafe SHA256(bytes, bytes.count, output)
        case .sha384: unsafe SHA384(bytes, bytes.count, output)
        case .sha512: unsafe SHA512(bytes, bytes.count, output)
        }
      precondition(unsafe result != nil, "OpenSSL failed in a digest")
      count = length
    }
  }
}
