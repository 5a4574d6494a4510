import PassgateCrypto
import Synchronization

/// Random bytes drawn ahead: OpenSSL's generator asks the kernel for its process at every draw.
private struct SaltStock {
  private static let salts = 256
  private static let saltBytes = 16

  private var bytes: [UInt8] = []

  mutating func next() throws(CryptoError) -> [UInt8] {
    if bytes.isEmpty { bytes = try randomBytes(Self.salts * Self.saltBytes) }
    defer { bytes.removeLast(Self.saltBytes) }
    return Array(bytes.suffix(Self.saltBytes))
  }
}

private let stock = Mutex(SaltStock())

/// The 16 random bytes that begin every body, so that a stored digest cannot be guessed back.
func freshSalt() -> [UInt8] {
  do {
    return try stock.withLock { (stock) throws(CryptoError) in try stock.next() }
  } catch {
    // Without random numbers nothing this process signs or encrypts can be trusted.
    preconditionFailure("the random number generator failed")
  }
}
