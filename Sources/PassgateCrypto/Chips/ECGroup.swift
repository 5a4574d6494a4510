import COpenSSL

/// A curve of the standardized domain parameters (ICAO 9303-11 section 9.5.1); the raw value is its parameter id.
///
/// All have a prime order, so a point on the curve other than infinity is in the group.
package enum ECGroup: UInt8, Sendable, Hashable, CaseIterable {
  case secp192r1 = 8
  case brainpoolP192r1 = 9
  case secp224r1 = 10
  case brainpoolP224r1 = 11
  case secp256r1 = 12
  case brainpoolP256r1 = 13
  case brainpoolP320r1 = 14
  case secp384r1 = 15
  case brainpoolP384r1 = 16
  case brainpoolP512r1 = 17
  case secp521r1 = 18

  /// The curve that OpenSSL calls `name`.
  init?(openSSLName name: String) {
    let curve = Self.allCases.first { $0.openSSLName == name }
    guard let curve else { return nil }
    self = curve
  }

  /// The length of a coordinate, in bytes.
  package var fieldLength: Int { (bits + 7) / 8 }

  /// The size of the field, which is the order's too, in bits.
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

  /// Whether the integrated mapping is defined: its square root wants a prime of 3 modulo 4.
  package var hasIntegratedMapping: Bool { self != .secp224r1 }

  fileprivate var identifier: Int32 {
    switch self {
    case .secp192r1: NID_X9_62_prime192v1
    case .brainpoolP192r1: NID_brainpoolP192r1
    case .secp224r1: NID_secp224r1
    case .brainpoolP224r1: NID_brainpoolP224r1
    case .secp256r1: NID_X9_62_prime256v1
    case .brainpoolP256r1: NID_brainpoolP256r1
    case .brainpoolP320r1: NID_brainpoolP320r1
    case .secp384r1: NID_secp384r1
    case .brainpoolP384r1: NID_brainpoolP384r1
    case .brainpoolP512r1: NID_brainpoolP512r1
    case .secp521r1: NID_secp521r1
    }
  }

  private var openSSLName: String {
    unsafe OBJ_nid2sn(identifier).map { unsafe String(cString: $0) } ?? ""
  }
}

/// A point, freed with its owner.
@safe struct CurvePoint: ~Copyable {
  let pointer: OpaquePointer

  fileprivate init(on group: OpaquePointer) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(EC_POINT_new(group), .library, "no memory for a point")
  }

  deinit {
    unsafe EC_POINT_clear_free(pointer)
  }
}

/// One curve with its tables loaded, for the operations of one step. Points go in and out as `04 || x || y`.
@safe struct Curve: ~Copyable {
  let group: ECGroup
  private let pointer: OpaquePointer
  private let context: NumberContext

  init(_ group: ECGroup) throws(CryptoError) {
    let context = try NumberContext()
    unsafe pointer = try ErrorQueue.unwrap(
      EC_GROUP_new_by_curve_name(group.identifier), .unsupported, "OpenSSL offers no curve \(group)")
    self.group = group
    self.context = context
  }

  deinit {
    unsafe EC_GROUP_free(pointer)
  }

  /// The point that `bytes` write uncompressed, on the curve and not infinity.
  ///
  /// - Throws: `.malformed`.
  func point(_ bytes: [UInt8]) throws(CryptoError) -> CurvePoint {
    guard bytes.first == 4, bytes.count == 1 + 2 * group.fieldLength else {
      throw CryptoError(.malformed, "a point is not two coordinates of \(group)")
    }
    let point = try unsafe CurvePoint(on: pointer)
    // This proves the curve's equation too, and infinity has no such encoding.
    try unsafe ErrorQueue.check(
      EC_POINT_oct2point(pointer, point.pointer, bytes, bytes.count, context.pointer), .malformed,
      "a point is not on \(group)")
    return point
  }

  /// `04 || x || y`.
  ///
  /// - Throws: `.malformed` for infinity.
  func bytes(of point: borrowing CurvePoint) throws(CryptoError) -> [UInt8] {
    guard unsafe EC_POINT_is_at_infinity(pointer, point.pointer) == 0 else {
      throw CryptoError(.malformed, "a point is at infinity")
    }
    let length = 1 + 2 * group.fieldLength
    var written = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      unsafe written = EC_POINT_point2oct(
        pointer, point.pointer, POINT_CONVERSION_UNCOMPRESSED, buffer.baseAddress, length, context.pointer)
      count = written == length ? length : 0
    }
    guard written == length else { throw ErrorQueue.drain(.library, "a point could not be encoded") }
    return bytes
  }

  /// The order of the group as a field: private keys are its elements but zero.
  func scalars() throws(CryptoError) -> PrimeField {
    let order = unsafe try ErrorQueue.unwrap(EC_GROUP_get0_order(pointer), .library, "a curve has no order")
    return try PrimeField(try unsafe BigNumber(adopting: BN_dup(order)))
  }

  /// The standard generator.
  func generator() throws(CryptoError) -> CurvePoint {
    let result = try unsafe CurvePoint(on: pointer)
    try unsafe ErrorQueue.check(
      EC_POINT_copy(result.pointer, EC_GROUP_get0_generator(pointer)), .library, "a curve has no generator")
    return result
  }

  /// `scalar` times the generator; by one scalar alone OpenSSL multiplies in constant time.
  func multiple(by scalar: borrowing BigNumber) throws(CryptoError) -> CurvePoint {
    let result = try unsafe CurvePoint(on: pointer)
    try unsafe ErrorQueue.check(
      EC_POINT_mul(pointer, result.pointer, scalar.pointer, nil, nil, context.pointer), .library,
      "a generator could not be multiplied")
    return result
  }

  /// `scalar` times `base`.
  func multiple(
    of base: borrowing CurvePoint, by scalar: borrowing BigNumber
  ) throws(CryptoError) -> CurvePoint {
    let result = try unsafe CurvePoint(on: pointer)
    try unsafe ErrorQueue.check(
      EC_POINT_mul(pointer, result.pointer, nil, base.pointer, scalar.pointer, context.pointer), .library,
      "a point could not be multiplied")
    return result
  }

  func sum(
    _ one: borrowing CurvePoint, _ other: borrowing CurvePoint
  ) throws(CryptoError) -> CurvePoint {
    let result = try unsafe CurvePoint(on: pointer)
    try unsafe ErrorQueue.check(
      EC_POINT_add(pointer, result.pointer, one.pointer, other.pointer, context.pointer), .library,
      "points could not be added")
    return result
  }

  /// The field and the two coefficients of the equation.
  func equation() throws(CryptoError) -> CurveEquation {
    let prime = try BigNumber()
    let a = try BigNumber()
    let b = try BigNumber()
    try unsafe ErrorQueue.check(
      EC_GROUP_get_curve(pointer, prime.pointer, a.pointer, b.pointer, context.pointer), .library,
      "a curve has no equation")
    return CurveEquation(field: try PrimeField(prime), a: a, b: b)
  }
}
