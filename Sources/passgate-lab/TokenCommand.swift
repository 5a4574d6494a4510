import PassgateCrypto
import PassgateSettings
import PassgateSystem
import Synchronization

/// `passgate-lab token`: how fast a PKCS#11 token signs, beside a key in memory.
struct TokenCommand {
  private struct Rates {
    let one: Double
    let two: Double
  }

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let algorithm =
      invocation.value("--algorithm").flatMap(SignatureAlgorithm.init(name:)) ?? .ecdsaP256SHA256
    let seconds = UInt64(invocation.integer("--seconds") ?? 3)
    let token = try KeyReference(invocation.value("--key") ?? "", in: "").signer(algorithm)
    guard token.isRemote else { throw Failure("--key names a file; give the URI of a key in a token") }
    let file = try FileSigner(PrivateKey.generate(algorithm), algorithm)
    let (inMemory, inToken) = (try rates(file, seconds), try rates(token, seconds))
    show(algorithm, inMemory, inToken, asJSON: invocation.flag("--json"))
    return .done
  }

  private static func rates(_ signer: any Signer, _ seconds: UInt64) throws -> Rates {
    Rates(one: try rate(signer, threads: 1, seconds), two: try rate(signer, threads: 2, seconds))
  }

  /// Signatures a second of all threads together.
  private static func rate(_ signer: any Signer, threads: Int, _ seconds: UInt64) throws -> Double {
    let clock = SystemClock()
    let end = clock.monotonicNanoseconds() + seconds * 1_000_000_000
    let counts = Mutex<[Result<Int, CryptoError>]>([])
    let running = try (0..<threads).map { index in
      let own = try signer.duplicate()
      return try spawnThread(name: "signing-\(index)") {
        let count = Result { () throws(CryptoError) in try signatures(of: own, until: end) }
        counts.withLock { $0.append(count) }
      }
    }
    for thread in running { thread.join() }
    let total = try counts.withLock { $0 }.reduce(0) { try $0 + $1.get() }
    return Double(total) / Double(seconds)
  }

  private static func signatures(of signer: any Signer, until end: UInt64) throws(CryptoError) -> Int {
    let clock = SystemClock()
    let message = [UInt8](repeating: 7, count: 61)
    var count = 0
    while clock.monotonicNanoseconds() < end {
      _ = try signer.sign(message.span)
      count += 1
    }
    return count
  }

  private static func show(
    _ algorithm: SignatureAlgorithm, _ inMemory: Rates, _ inToken: Rates, asJSON: Bool
  ) {
    let ratio = (inToken.one / max(1, inMemory.one) * 1000).rounded() / 1000
    guard asJSON else {
      print(
        """
        \(algorithm.name), signatures a second   1 thread   2 threads
          in the token                 \(Int(inToken.one))   \(Int(inToken.two))
          in memory                    \(Int(inMemory.one))   \(Int(inMemory.two))
          ratio on one thread          \(ratio)
        """)
      return
    }
    var json = JSONWriter()
    json.object { json in
      json.string("algorithm", algorithm.name)
      for (name, rates) in [("token", inToken), ("memory", inMemory)] {
        json.object(name) { json in
          json.number("oneThread", Int(rates.one))
          json.number("twoThreads", Int(rates.two))
        }
      }
      json.number("ratio", ratio)
    }
    print(json.result)
  }
}
