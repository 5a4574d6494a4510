/// Digital signature scheme 1 of ISO 9796-2 with partial recovery, by which chips with RSA keys answer a challenge
/// (ICAO 9303-11 section 6.1 and appendix F).
package enum ISO9796 {
  /// Whether `recovered` is a block over its own recovered part and `tail`, the part that is not in it.
  ///
  /// - Parameter recovered: what the public key makes of the signature, as wide as the modulus: leading zeros
  ///   belong to it.
  package static func accepts(_ recovered: [UInt8], tail: [UInt8]) -> Bool {
    guard let trailer = trailer(of: recovered) else { return false }
    let hashEnd = recovered.count - trailer.length
    let hashStart = hashEnd - trailer.digest.length
    // A message that is longer than the block fills it, so there is no padding after the header.
    guard recovered.first == 0x6a, hashStart > 1 else { return false }
    let digest = trailer.digest.digest(recovered[1..<hashStart] + tail)
    return constantTimeEqual(digest, Array(recovered[hashStart..<hashEnd]))
  }

  /// The hash function that the trailer names (ISO 10118-3); BC means SHA-1 here.
  private static func trailer(of recovered: [UInt8]) -> (digest: DocumentDigest, length: Int)? {
    switch recovered.last {
    case 0xbc: return (.sha1, 1)
    case 0xcc:
      guard let name = recovered.dropLast().last, let digest = digests[name] else { return nil }
      return (digest, 2)
    default: return nil
    }
  }

  private static let digests: [UInt8: DocumentDigest] = [
    0x33: .sha1, 0x34: .sha256, 0x35: .sha512, 0x36: .sha384, 0x38: .sha224,
  ]
}
