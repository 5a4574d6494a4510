import COpenSSL

/// A whole number of OpenSSL's, wiped with its owner. All count as secret, so OpenSSL takes its constant-time ways.
@safe struct BigNumber: ~Copyable {
  let pointer: OpaquePointer

  /// Takes over `number`, or says that memory ran out.
  init(adopting number: OpaquePointer?) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(number, .library, "no memory for a number")
    unsafe BN_set_flags(pointer, BN_FLG_CONSTTIME)
  }

  /// Zero.
  init() throws(CryptoError) {
    try unsafe self.init(adopting: BN_new())
  }

  static func one() throws(CryptoError) -> BigNumber { try BigNumber([1]) }

  /// The number whose big-endian digits are `bytes`; no bytes are zero.
  init(_ bytes: [UInt8]) throws(CryptoError) {
    try unsafe self.init(adopting: BN_bin2bn(bytes, Int32(clamping: bytes.count), nil))
  }

  deinit {
    unsafe BN_clear_free(pointer)
  }

  var bitCount: Int { unsafe Int(BN_num_bits(pointer)) }
  var byteCount: Int { (bitCount + 7) / 8 }
  var isZero: Bool { unsafe BN_is_zero(pointer) == 1 }
  var isOne: Bool { unsafe BN_is_one(pointer) == 1 }

  func equals(_ other: borrowing BigNumber) -> Bool { unsafe BN_cmp(pointer, other.pointer) == 0 }
  func isLess(than other: borrowing BigNumber) -> Bool { unsafe BN_cmp(pointer, other.pointer) < 0 }

  /// Big-endian, with zeros in front up to `length` bytes.
  func bytes(length: Int) throws(CryptoError) -> [UInt8] {
    var written: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      written = unsafe BN_bn2binpad(pointer, buffer.baseAddress, Int32(clamping: length))
      count = written == length ? length : 0
    }
    guard written == length else {
      throw ErrorQueue.drain(.library, "a number is longer than \(length) bytes")
    }
    return bytes
  }
}

/// The scratch memory of OpenSSL's arithmetic, wiped with its owner.
@safe struct NumberContext: ~Copyable {
  let pointer: OpaquePointer

  init() throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(BN_CTX_new(), .library, "no memory for arithmetic")
  }

  deinit {
    unsafe BN_CTX_free(pointer)
  }
}

/// Arithmetic modulo an odd prime.
@safe struct PrimeField: ~Copyable {
  let prime: BigNumber
  private let context: NumberContext

  init(_ prime: consuming BigNumber) throws(CryptoError) {
    let context = try NumberContext()
    self.prime = prime
    self.context = context
  }

  /// The remainder of `number`.
  func reduce(_ number: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let result = try BigNumber()
    try check(unsafe BN_nnmod(result.pointer, number.pointer, prime.pointer, context.pointer))
    return result
  }

  func sum(_ one: borrowing BigNumber, _ other: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let result = try BigNumber()
    try check(
      unsafe BN_mod_add(result.pointer, one.pointer, other.pointer, prime.pointer, context.pointer))
    return result
  }

  func negative(_ number: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let result = try BigNumber()
    let zero = try BigNumber()
    try check(
      unsafe BN_mod_sub(result.pointer, zero.pointer, number.pointer, prime.pointer, context.pointer))
    return result
  }

  func product(_ one: borrowing BigNumber, _ other: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let result = try BigNumber()
    try check(
      unsafe BN_mod_mul(result.pointer, one.pointer, other.pointer, prime.pointer, context.pointer))
    return result
  }

  /// In a time that does not depend on the exponent's bits.
  func power(_ base: borrowing BigNumber, _ exponent: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let result = try BigNumber()
    try check(
      unsafe BN_mod_exp_mont_consttime(
        result.pointer, base.pointer, exponent.pointer, prime.pointer, context.pointer, nil))
    return result
  }

  /// - Throws: `.malformed` for zero, which has none.
  func inverse(_ number: borrowing BigNumber) throws(CryptoError) -> BigNumber {
    let result = try BigNumber()
    let found = unsafe BN_mod_inverse(result.pointer, number.pointer, prime.pointer, context.pointer)
    _ = try unsafe ErrorQueue.unwrap(found, .malformed, "a number has no inverse")
    return result
  }

  /// A number of 1 up to below the prime, drawn with `random`, which gives as many bytes as it is asked for.
  ///
  /// A draw outside is thrown away, so that every number is as likely as another.
  ///
  /// - Throws: what `random` throws; `.library` when it gives nothing usable.
  func draw(_ random: (Int) throws(CryptoError) -> [UInt8]) throws(CryptoError) -> BigNumber {
    let length = prime.byteCount
    let mask = UInt8(truncatingIfNeeded: 0xFF >> (length * 8 - prime.bitCount))
    for _ in 0..<Self.draws {
      var bytes = try random(length)
      defer { wipe(&bytes) }
      guard bytes.count == length else { break }
      bytes[0] &= mask
      let number = try BigNumber(bytes)
      if !number.isZero, number.isLess(than: prime) { return number }
    }
    throw CryptoError(.library, "the random generator gives no usable private key")
  }

  /// With half of the draws usable at the least, an honest generator fails once in 2^128 runs.
  private static let draws = 128

  private func check(_ result: Int32) throws(CryptoError) {
    try ErrorQueue.check(result, .library, "arithmetic modulo a prime failed")
  }
}
