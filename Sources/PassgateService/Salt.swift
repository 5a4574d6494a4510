import PassgateCrypto

/// The 16 random bytes that begin every body, so that a stored digest cannot be guessed back.
func freshSalt() -> [UInt8] {
  do {
    return try randomBytes(16)
  } catch {
    // Without random numbers nothing this process signs or encrypts can be trusted.
    preconditionFailure("the random number generator failed")
  }
}
