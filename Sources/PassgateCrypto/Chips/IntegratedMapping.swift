import COpenSSL

/// The equation y² = x³ + ax + b of a curve over a prime field.
struct CurveEquation: ~Copyable {
  let field: PrimeField
  let a: BigNumber
  let b: BigNumber

  /// x³ + ax + b.
  func right(_ x: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let square = try field.product(x, x)
    let cubic = try field.product(try field.sum(square, a), x)
    return try field.sum(cubic, b)
  }

  /// The point that the integrated mapping gives to the field element `t`, as `04 || x || y`
  /// (ICAO 9303-11 appendix B.2, whose names these are).
  ///
  /// Both candidates are computed and one is chosen without a branch: `t` comes from the nonce, and which of
  /// them it was would tell something about the password.
  ///
  /// - Throws: `.malformed` for the few elements that have no point.
  func point(encoding t: borrowing BigNumber, length: Int) throws(CryptoError) -> [UInt8] {
    let square = try field.product(t, t)
    let alpha = try field.negative(square)
    let x2 = try firstCandidate(alpha)
    let x3 = try field.product(alpha, x2)
    let h2 = try right(x2)
    let root = try field.power(h2, try rootExponent())
    let isSquare = try field.product(try field.product(root, root), h2)
    let u = try field.product(try field.product(square, t), h2)
    var first = try x2.bytes(length: length) + field.product(root, h2).bytes(length: length)
    var second = try x3.bytes(length: length) + field.product(root, u).bytes(length: length)
    defer {
      wipe(&first)
      wipe(&second)
    }
    let one = try BigNumber.one().bytes(length: length)
    let takesFirst = constantTimeEqual(try isSquare.bytes(length: length), one)
    return [4] + Self.choose(takesFirst, first, second)
  }

  /// X2 = -b a⁻¹ (1 + (α + α²)⁻¹).
  private func firstCandidate(_ alpha: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let inner = try field.sum(alpha, try field.product(alpha, alpha))
    let outer = try field.sum(try BigNumber.one(), try field.inverse(inner))
    let ratio = try field.product(b, try field.inverse(a))
    return try field.product(try field.negative(ratio), outer)
  }

  /// p - 1 - (p + 1) / 4: the exponent that gives one over the square root.
  private func rootExponent() throws(CryptoError) -> BigNumber {
    let quarter = try unsafe BigNumber(adopting: BN_dup(field.prime.pointer))
    let exponent = try unsafe BigNumber(adopting: BN_dup(field.prime.pointer))
    let result =
      unsafe BN_add_word(quarter.pointer, 1) & BN_rshift(quarter.pointer, quarter.pointer, 2)
      & BN_sub_word(exponent.pointer, 1) & BN_sub(exponent.pointer, exponent.pointer, quarter.pointer)
    try ErrorQueue.check(result, .library, "a root's exponent could not be computed")
    return exponent
  }

  private static func choose(_ takesFirst: Bool, _ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    let mask = UInt8(takesFirst ? 1 : 0) &* 0xFF
    return zip(first, second).map { $1 ^ (mask & ($0 ^ $1)) }
  }
}
