import PassgateDomain

/// DG15: the chip's key for active authentication.
package struct ActiveAuthenticationKey: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case rsa(modulusBytes: Int)
    /// The curve and the point are not checked here.
    case ec
  }

  /// SubjectPublicKeyInfo, DER.
  package let spki: [UInt8]
  package let kind: Kind

  /// The lengths of RSA moduli, in bits: 1024 bits are still in use, and an answer has to fit one APDU.
  private static let modulusBits = 1024...6144
  private static let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
  private static let ec: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]

  /// - Throws: `.malformed` also for an RSA key that is too short or too long, or whose modulus or exponent is even.
  package init(_ bytes: [UInt8]) throws(LDSFault) {
    guard bytes.count <= ChipFile.dg15.sizeLimit else { throw .tooLarge }
    var file = try TLV(bytes, tag: 0x6F).inside()
    let info = try file.next(0x30)
    try file.requireEnd()
    try info.checkNesting()
    var fields = try info.inside()
    var algorithm = try fields.next(0x30).inside()
    let identifier = try algorithm.next(0x06).content
    let key = try fields.next(0x03).content
    try fields.requireEnd()
    // No bit of the last byte is unused.
    guard key.first == 0 else { throw .malformed(tag: 0x03) }
    if identifier.elementsEqual(Self.rsa) {
      kind = .rsa(modulusBytes: try Self.modulusBytes(key.dropFirst()))
    } else if identifier.elementsEqual(Self.ec) {
      kind = .ec
    } else {
      throw .malformed(tag: 0x06)
    }
    spki = Array(info.whole)
  }

  private static func modulusBytes(_ key: ArraySlice<UInt8>) throws(LDSFault) -> Int {
    var numbers = try TLV(key, tag: 0x30).inside()
    let modulus = try magnitude(numbers.next(0x02))
    let exponent = try magnitude(numbers.next(0x02))
    try numbers.requireEnd()
    let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    guard modulusBits ~= bits, isOdd(modulus), isOdd(exponent), !exponent.elementsEqual([1]) else {
      throw .malformed(tag: 0x03)
    }
    return modulus.count
  }

  /// Without leading zeros.
  private static func magnitude(_ number: TLV) throws(LDSFault) -> ArraySlice<UInt8> {
    guard let first = number.content.first, first < 0x80 else { throw .malformed(tag: 0x02) }
    return number.content.drop { $0 == 0 }
  }

  private static func isOdd(_ number: ArraySlice<UInt8>) -> Bool { (number.last ?? 0) & 1 == 1 }
}
