import Glibc
import PassgateCrypto
import PassgateDomain
import PassgateSoftChip

/// Operations of OpenSSL that some work on chips cannot do without, one after another and with nothing between them.
struct BareChip {
  private var operations: [() throws -> Void] = []

  /// The processor time of this thread for all of it, nanoseconds.
  func measure() throws -> UInt64 {
    try threadTime { for operation in operations { try operation() } }
  }

  /// The digest of each of these.
  mutating func hash(_ contents: [[UInt8]], _ digest: DocumentDigest) {
    operations.append { for content in contents { _ = digest.digest(content) } }
  }

  /// One verification by such a key of a signature just made.
  mutating func verify(_ kind: DocumentKey.Kind, _ algorithm: DocumentSignatureAlgorithm) throws {
    let key = try DocumentPrivateKey.generate(kind)
    let message = [UInt8](repeating: 7, count: 100)
    let signature = try key.sign(message, algorithm)
    operations.append {
      guard key.publicKey.isValid(signature: signature, of: message, algorithm: algorithm) else {
        throw Failure("a signature just made does not verify")
      }
    }
  }

  /// The opening of one RSA signature.
  mutating func recover(bits: Int) throws {
    let key = try DocumentPrivateKey.generate(.rsa(bits: bits))
    let signature = try key.signBlock([0x6a] + [UInt8](repeating: 7, count: bits / 8 - 1))
    operations.append { _ = try key.publicKey.recover(signature) }
  }

  /// Multiplications of a point by a number as long as the order.
  mutating func multiply(_ group: AgreementGroup, times: Int) throws {
    let draw = { (count: Int) throws(CryptoError) in try randomBytes(count) }
    let base = try AgreementKey(generator: try group.generator(), draw).publicKey
    let secret = try group.privateKey(draw)
    operations.append { for _ in 0..<times { _ = try base.power(secret) } }
  }

  /// Each kind of work in one call, so with one context for all messages.
  mutating func protect(_ work: ProtectedTally.Work, _ cipher: ChipCipher) throws {
    let key = try randomBytes(cipher.keyLength)
    let vectors = cipher == .tripleDES ? 0 : work.vectors * cipher.blockLength
    let plain = [UInt8](repeating: 7, count: work.encrypted + vectors)
    let sealed = [UInt8](repeating: 7, count: work.decrypted)
    let message = [UInt8](repeating: 7, count: work.authenticated)
    operations.append {
      _ = try cipher.encrypt(plain, key: key)
      _ = try cipher.decrypt(sealed, key: key)
      _ = try cipher.authenticate(message, key: key)
    }
  }
}

/// The processor time of this thread that `work` takes, nanoseconds.
func threadTime(_ work: () throws -> Void) rethrows -> UInt64 {
  let start = threadNanoseconds()
  try work()
  return threadNanoseconds() &- start
}

private func threadNanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
