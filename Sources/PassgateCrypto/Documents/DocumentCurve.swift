import COpenSSL

/// The elliptic curves of travel documents (BSI TR-03110-3 table 4).
package enum DocumentCurve: UInt8, Sendable, Hashable, CaseIterable {
  case secp192r1, secp224r1, secp256r1, secp384r1, secp521r1
  case brainpoolP192r1, brainpoolP224r1, brainpoolP256r1, brainpoolP320r1, brainpoolP384r1, brainpoolP512r1

  /// The size of the field in bits.
  package var bits: Int {
    switch self {
    case .secp192r1, .brainpoolP192r1: 192
    case .secp224r1, .brainpoolP224r1: 224
    case .secp256r1, .brainpoolP256r1: 256
    case .brainpoolP320r1: 320
    case .secp384r1, .brainpoolP384r1: 384
    case .brainpoolP512r1: 512
    case .secp521r1: 521
    }
  }

  /// The bytes of a coordinate, and of each half of a plain signature.
  package var fieldLength: Int { (bits + 7) / 8 }

  /// As OpenSSL calls it.
  var openSSLName: String {
    switch self {
    case .secp192r1: "prime192v1"
    case .secp224r1: "secp224r1"
    case .secp256r1: "prime256v1"
    case .secp384r1: "secp384r1"
    case .secp521r1: "secp521r1"
    case .brainpoolP192r1: "brainpoolP192r1"
    case .brainpoolP224r1: "brainpoolP224r1"
    case .brainpoolP256r1: "brainpoolP256r1"
    case .brainpoolP320r1: "brainpoolP320r1"
    case .brainpoolP384r1: "brainpoolP384r1"
    case .brainpoolP512r1: "brainpoolP512r1"
    }
  }

  var identifier: OID {
    switch self {
    case .secp192r1: OID(1, 2, 840, 10045, 3, 1, 1)
    case .secp224r1: OID(1, 3, 132, 0, 33)
    case .secp256r1: OID(1, 2, 840, 10045, 3, 1, 7)
    case .secp384r1: OID(1, 3, 132, 0, 34)
    case .secp521r1: OID(1, 3, 132, 0, 35)
    case .brainpoolP192r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 3)
    case .brainpoolP224r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 5)
    case .brainpoolP256r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 7)
    case .brainpoolP320r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 9)
    case .brainpoolP384r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 11)
    case .brainpoolP512r1: OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 13)
    }
  }

  private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.identifier, $0) })

  /// The curve of an EcpkParameters element (RFC 3279 section 2.3.5): named, or written out and equal in every
  /// value to one that has a name.
  ///
  /// Anything else is refused: whoever may choose the generator may sign as anybody (CVE-2020-0601).
  ///
  /// - Throws: `.unsupported` for another curve.
  init(parameters reader: inout DERReader) throws(CryptoError) {
    let found: DocumentCurve?
    if try reader.isNext(0x06) {
      found = Self.named[try reader.identifier()]
    } else {
      let written = try CurveParameters(reader.inside(try reader.next(0x30)))
      found = CurveParameters.known.first { $0.parameters.isSame(as: written) }?.curve
    }
    guard let found else {
      throw CryptoError(.unsupported, "the curve of an elliptic curve key is none of the known ones")
    }
    self = found
  }
}

/// What defines a curve over a prime field; each value big-endian without leading zeros.
struct CurveParameters {
  let prime: [UInt8]
  let a: [UInt8]
  let b: [UInt8]
  /// As written: uncompressed, or compressed to one coordinate.
  let generator: [UInt8]
  let order: [UInt8]
  /// Nil when it is left out, as it may be.
  let cofactor: [UInt8]?

  /// Reads the content of SpecifiedECDomain (SEC 1 section C.2).
  init(_ reader: DERReader) throws(CryptoError) {
    var reader = reader
    guard try 1...3 ~= reader.unsignedInteger().first ?? 0 else { throw DERReader.fault }
    var field = reader.inside(try reader.next(0x30))
    guard try field.identifier() == OID(1, 2, 840, 10045, 1, 1) else {
      throw CryptoError(.unsupported, "an elliptic curve key is not over a prime field")
    }
    prime = Array(try field.unsignedInteger())
    try field.requireEnd()
    var curve = reader.inside(try reader.next(0x30))
    a = Self.trimmed(curve.content(try curve.next(0x04)))
    b = Self.trimmed(curve.content(try curve.next(0x04)))
    _ = try curve.nextIfTagged(0x03)  // The seed, which nothing rests on.
    try curve.requireEnd()
    generator = reader.content(try reader.next(0x04))
    order = Array(try reader.unsignedInteger())
    cofactor = reader.isAtEnd ? nil : Array(try reader.unsignedInteger())
    try reader.requireEnd()
  }

  /// Whether everything that is written equals this known curve.
  func isSame(as written: CurveParameters) -> Bool {
    prime == written.prime && a == written.a && b == written.b && order == written.order
      && (written.cofactor ?? cofactor) == cofactor && hasGenerator(written.generator)
  }

  private func hasGenerator(_ point: [UInt8]) -> Bool {
    if point == generator { return true }
    let width = (generator.count - 1) / 2
    guard point.count == width + 1, let last = generator.last else { return false }
    return point[0] == 2 | last & 1 && point.dropFirst().elementsEqual(generator[1...width])
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.drop { $0 == 0 }) }
}

extension CurveParameters {
  /// The known curves, out of OpenSSL's own tables.
  static let known: [(curve: DocumentCurve, parameters: CurveParameters)] =
    DocumentCurve.allCases.compactMap { curve in
      CurveParameters(curve).map { (curve, $0) }
    }

  private init?(_ curve: DocumentCurve) {
    var buffer = [UInt8](repeating: 0, count: 1024)
    let length = unsafe passgate_curve_parameters(curve.openSSLName, &buffer, buffer.count)
    ErrorQueue.clear()
    guard length > 0, length <= buffer.count else { return nil }
    var reader = DERReader(Array(buffer.prefix(Int(length))))
    guard let domain = try? reader.next(0x30), let read = try? CurveParameters(reader.inside(domain)) else {
      return nil
    }
    self = read
  }
}

extension DERReader {
  /// Whether there is a next element and it has this tag.
  func isNext(_ tag: UInt8) throws(CryptoError) -> Bool {
    guard !isAtEnd else { throw Self.fault }
    return bytes[position] == tag
  }
}
