import COpenSSL

/// A Diffie-Hellman group of the standardized domain parameters (ICAO 9303-11 section 9.5.1, RFC 5114 section 2);
/// the raw value is its parameter id. Its numbers have a subgroup of prime order, in which everything takes place.
package enum DHGroup: UInt8, Sendable, Hashable, CaseIterable {
  /// 1024 bits, subgroup of 160.
  case modp1024 = 0
  /// 2048 bits, subgroup of 224.
  case modp2048q224 = 1
  /// 2048 bits, subgroup of 256.
  case modp2048q256 = 2

  /// The length of the prime, in bytes.
  package var primeLength: Int { self == .modp1024 ? 128 : 256 }

  fileprivate var openSSLName: String {
    switch self {
    case .modp1024: "dh_1024_160"
    case .modp2048q224: "dh_2048_224"
    case .modp2048q256: "dh_2048_256"
    }
  }
}

/// One group with its numbers loaded, for the operations of one step.
struct DHNumbers: ~Copyable {
  let group: DHGroup
  let field: PrimeField
  /// The order of the subgroup, whose elements but zero are the private keys.
  let scalars: PrimeField
  let generator: BigNumber

  init(_ group: DHGroup) throws(CryptoError) {
    let key = try DHParameters(group)
    let field = try PrimeField(try key.number(OSSL_PKEY_PARAM_FFC_P))
    let scalars = try PrimeField(try key.number(OSSL_PKEY_PARAM_FFC_Q))
    let generator = try key.number(OSSL_PKEY_PARAM_FFC_G)
    self.group = group
    self.field = field
    self.scalars = scalars
    self.generator = generator
  }

  /// The number that `bytes` write, proven to be of the subgroup and not its neutral element: 1 < y < p - 1 and
  /// y^q = 1.
  ///
  /// - Throws: `.malformed`.
  func element(_ bytes: [UInt8]) throws(CryptoError) -> BigNumber {
    guard bytes.count <= group.primeLength + 1 else {
      throw CryptoError(.malformed, "a public value is longer than the prime of its group")
    }
    let number = try BigNumber(bytes)
    let last = try field.negative(try BigNumber.one())
    guard !number.isZero, !number.isOne, number.isLess(than: last),
      try field.power(number, scalars.prime).isOne
    else { throw CryptoError(.malformed, "a public value is not an element of its group") }
    return number
  }

  /// The element that the integrated mapping gives to the field element `t`: t^((p-1)/q).
  ///
  /// - Throws: `.malformed` for the neutral element.
  func element(encoding t: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let cofactor = try BigNumber()
    let context = try NumberContext()
    // (p - 1) / q is p / q rounded down, since q divides p - 1 and is more than 1.
    try unsafe ErrorQueue.check(
      BN_div(cofactor.pointer, nil, field.prime.pointer, scalars.prime.pointer, context.pointer), .library,
      "a cofactor could not be computed")
    let mapped = try field.power(t, cofactor)
    guard !mapped.isOne, !mapped.isZero else {
      throw CryptoError(.malformed, "a nonce maps to no generator")
    }
    return mapped
  }
}

/// OpenSSL's parameters of a group, freed with their owner.
@safe private struct DHParameters: ~Copyable {
  private let pointer: OpaquePointer

  init(_ group: DHGroup) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(
      passgate_dh_group_new(group.openSSLName), .unsupported, "OpenSSL offers no group \(group.openSSLName)")
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  func number(_ name: String) throws(CryptoError) -> BigNumber {
    var number: OpaquePointer?
    let result = unsafe EVP_PKEY_get_bn_param(pointer, name, &number)
    try ErrorQueue.check(result, .library, "a group lacks a parameter")
    return try unsafe BigNumber(adopting: number)
  }
}
