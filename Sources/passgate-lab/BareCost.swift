import Glibc
import PassgateCrypto

/// What the two public-key operations of one call cost by themselves, nanoseconds.
struct BareCost {
  let verify: Double
  let sign: Double

  var pair: Double { verify + sign }

  static func mean(_ costs: [BareCost]) -> BareCost {
    let count = Double(max(1, costs.count))
    return BareCost(
      verify: costs.reduce(0) { $0 + $1.verify } / count, sign: costs.reduce(0) { $0 + $1.sign } / count)
  }
}

/// Measures the bare operations: contexts prepared, loops that do nothing else, processor time of this thread.
final class BareMeter {
  private let verifier: Verifier
  private let signature: [UInt8]
  private let signer: FileSigner
  private var verifying = Spent()
  private var signing = Spent()

  private struct Spent {
    var nanoseconds: UInt64 = 0
    var rounds: UInt64 = 0

    var each: Double { Double(nanoseconds) / Double(max(1, rounds)) }
  }

  private static let message = [UInt8](repeating: 7, count: 61)
  /// Operations between two looks at the clock.
  private static let burst: UInt64 = 20

  /// For requests of this algorithm; their replies are signed with SM2 for SM2, else with P-256.
  init(_ algorithm: SignatureAlgorithm) throws(CryptoError) {
    let key = try PrivateKey.generate(algorithm)
    signature = try FileSigner(key, algorithm).sign(Self.message.span)
    verifier = try Verifier(key.publicKey, algorithm)
    let reply: SignatureAlgorithm = algorithm == .sm2SM3 ? .sm2SM3 : .ecdsaP256SHA256
    signer = try FileSigner(try PrivateKey.generate(reply), reply)
  }

  /// The mean since the last reading.
  func read() -> BareCost {
    defer { (verifying, signing) = (Spent(), Spent()) }
    return BareCost(verify: verifying.each, sign: signing.each)
  }

  /// Measures for some time, nanoseconds of this thread, half for each operation.
  func run(for duration: UInt64) throws(CryptoError) {
    let start = Self.threadTime()
    while Self.threadTime() &- start < duration { try sample() }
  }

  /// Measures one burst of each operation.
  func sample() throws(CryptoError) {
    try Self.time(&verifying) { [signature] () throws(CryptoError) in
      guard verifier.isValid(signature: signature.span, of: Self.message.span) else {
        throw CryptoError(.mismatch, "a signature just made does not verify")
      }
    }
    try Self.time(&signing) { () throws(CryptoError) in _ = try signer.sign(Self.message.span) }
  }

  private static func time(
    _ spent: inout Spent, _ operation: () throws(CryptoError) -> Void
  ) throws(CryptoError) {
    // The first one brings code and tables back into the caches.
    try operation()
    let start = threadTime()
    for _ in 0..<burst { try operation() }
    spent.nanoseconds += threadTime() &- start
    spent.rounds += burst
  }

  private static func threadTime() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
