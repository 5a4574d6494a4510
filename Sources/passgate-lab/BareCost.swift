import Glibc
import PassgateCrypto

/// What the two public-key operations of one call cost by themselves: contexts prepared, a loop that does nothing
/// else, processor time of this thread.
struct BareCost {
  /// Nanoseconds.
  let verify: Double
  let sign: Double

  var pair: Double { verify + sign }

  /// - Parameters:
  ///   - algorithm: of the request; its reply is signed with SM2 for SM2, else with P-256.
  ///   - duration: of each loop, nanoseconds.
  static func measure(_ algorithm: SignatureAlgorithm, duration: UInt64 = 200_000_000) throws(CryptoError)
    -> BareCost
  {
    let message = [UInt8](repeating: 7, count: 61)
    let key = try PrivateKey.generate(algorithm)
    let signature = try FileSigner(key, algorithm).sign(message.span)
    let verifier = try Verifier(key.publicKey, algorithm)
    let reply: SignatureAlgorithm = algorithm == .sm2SM3 ? .sm2SM3 : .ecdsaP256SHA256
    let signer = try FileSigner(try PrivateKey.generate(reply), reply)
    let verify = try cost(duration) { () throws(CryptoError) in
      guard verifier.isValid(signature: signature.span, of: message.span) else {
        throw CryptoError(.mismatch, "a signature just made does not verify")
      }
    }
    let sign = try cost(duration) { () throws(CryptoError) in _ = try signer.sign(message.span) }
    return BareCost(verify: verify, sign: sign)
  }

  /// The mean of several measurements.
  static func mean(_ costs: [BareCost]) -> BareCost {
    let count = Double(max(1, costs.count))
    return BareCost(
      verify: costs.reduce(0) { $0 + $1.verify } / count, sign: costs.reduce(0) { $0 + $1.sign } / count)
  }

  private static func cost(
    _ duration: UInt64, _ operation: () throws(CryptoError) -> Void
  ) throws(CryptoError) -> Double {
    let start = threadTime()
    var rounds = 0
    while threadTime() &- start < duration {
      for _ in 0..<20 { try operation() }
      rounds += 20
    }
    return Double(threadTime() &- start) / Double(rounds)
  }

  private static func threadTime() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
