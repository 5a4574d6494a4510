import COpenSSL

/// The hash functions of the wire; each gives 32 bytes.
package enum HashFunction: Sendable, CaseIterable {
  /// FIPS 180-4.
  case sha256
  /// GM/T 0004-2012, of the `sm2-sm3` algorithm only.
  case sm3

  /// The length of every digest, in bytes.
  package static let digestLength = 32

  fileprivate var openSSLName: String {
    switch self {
    case .sha256: "SHA256"
    case .sm3: "SM3"
    }
  }
}

/// A fetched digest algorithm, looked up by name once.
@safe struct FetchedDigest: ~Copyable {
  let pointer: OpaquePointer

  init(_ function: HashFunction) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(
      EVP_MD_fetch(nil, function.openSSLName, nil), .library,
      "OpenSSL offers no \(function.openSSLName); its default provider must be active")
  }

  deinit {
    unsafe EVP_MD_free(pointer)
  }
}

/// A digest context, freed with its owner.
@safe final class DigestContext {
  let pointer: OpaquePointer

  init() throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(EVP_MD_CTX_new(), .library, "no memory for a digest context")
  }

  deinit {
    unsafe EVP_MD_CTX_free(pointer)
  }
}

/// One hash function with its algorithm fetched and its context kept. Each thread makes its own.
@safe package final class Hasher {
  /// The function every digest is made with.
  package let function: HashFunction
  private let digest: FetchedDigest
  private let context: DigestContext

  /// Fetches `function`.
  ///
  /// - Throws: `.library` when OpenSSL does not offer it.
  package init(_ function: HashFunction) throws(CryptoError) {
    self.function = function
    digest = try FetchedDigest(function)
    context = try DigestContext()
    try unsafe ErrorQueue.check(
      EVP_DigestInit_ex2(context.pointer, digest.pointer, nil), .library, "a digest could not be started")
  }

  /// The 32-byte digest of `bytes`; what `update` took before is included.
  package func digest(_ bytes: Span<UInt8>) -> [UInt8] {
    update(bytes)
    return finish()
  }

  /// The 32-byte digest of `first || second`.
  package func digest(_ first: Span<UInt8>, _ second: Span<UInt8>) -> [UInt8] {
    update(first)
    return digest(second)
  }

  /// The 32-byte digest of `first || second || third`.
  package func digest(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) -> [UInt8] {
    update(first)
    return digest(second, third)
  }

  /// Adds `bytes` to the digest that the next `finish` gives.
  package func update(_ bytes: Span<UInt8>) {
    let result = unsafe bytes.withUnsafeBufferPointer {
      unsafe EVP_DigestUpdate(context.pointer, $0.baseAddress, $0.count)
    }
    precondition(result == 1, "OpenSSL failed in a digest")
  }

  /// The 32-byte digest of everything added since the last `finish`.
  package func finish() -> [UInt8] {
    // Copied from the stack: an array made to be filled costs as much as a short digest.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: HashFunction.digestLength) { buffer in
      if let start = buffer.baseAddress { unsafe finish(into: start) }
      return unsafe Array(buffer)
    }
  }

  /// Writes the 32-byte digest to `output` and starts the next one.
  func finish(into output: UnsafeMutablePointer<UInt8>) {
    // A wrong digest would be worse than a stopped process, and a started context has no cause to fail.
    let done = unsafe EVP_DigestFinal_ex(context.pointer, output, nil) == 1
    precondition(
      unsafe done && EVP_DigestInit_ex2(context.pointer, digest.pointer, nil) == 1,
      "OpenSSL failed in a digest")
  }
}

/// The SHA-256 of `bytes`, for paths that are not hot; a hot one keeps a `Hasher`.
package func sha256(_ bytes: Span<UInt8>) -> [UInt8] {
  unsafe [UInt8](unsafeUninitializedCapacity: HashFunction.digestLength) { buffer, count in
    let result = unsafe bytes.withUnsafeBufferPointer {
      unsafe SHA256($0.baseAddress, $0.count, buffer.baseAddress)
    }
    precondition(unsafe result != nil, "OpenSSL failed in a digest")
    count = HashFunction.digestLength
  }
}
