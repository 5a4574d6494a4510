import COpenSSL

/// Which half of a signature scheme a context is prepared for.
enum SignatureRole {
  case sign
  case verify
}

/// What each algorithm keeps ready between two signatures, because preparing costs 6 to 8 microseconds.
enum PreparedContext {
  /// ECDSA and RSA: a key context that takes a digest, again and again.
  case onDigest(KeyContext, Hasher)
  /// Ed25519: one digest context that takes whole messages and needs no new start.
  case onMessage(DigestContext)
  /// SM2: a started template with its id set, copied over `work` each time, because a use spends it.
  case fromTemplate(DigestContext, work: DigestContext)

  /// Prepares a duplicate of `key`, so that no two threads meet in the locks of one `EVP_PKEY`.
  ///
  /// `key` is of the kind that `algorithm` needs; `distinguishingID` counts for SM2 alone.
  init(
    _ role: SignatureRole, _ key: OpaquePointer, _ algorithm: SignatureAlgorithm, distinguishingID: [UInt8]
  ) throws(CryptoError) {
    let copy = unsafe try ErrorQueue.unwrap(EVP_PKEY_dup(key), .library, "no memory for a copy of a key")
    defer { unsafe EVP_PKEY_free(copy) }  // The contexts hold it.
    switch algorithm {
    case .ecdsaP256SHA256, .rsaPSSSHA256, .rsaPKCS1SHA256:
      let context = try unsafe KeyContext(using: copy)
      try context.start(role, algorithm)
      self = .onDigest(context, try Hasher(algorithm.hash))
    case .ed25519:
      let context = try DigestContext()
      _ = try unsafe context.start(role, copy, digestName: nil)
      self = .onMessage(context)
    case .sm2SM3:
      let template = try DigestContext()
      try unsafe ErrorQueue.check(
        EVP_PKEY_CTX_set1_id(
          try template.start(role, copy, digestName: "SM3"), distinguishingID,
          Int32(clamping: distinguishingID.count)),
        .library, "the distinguishing id of an SM2 key could not be set")
      self = .fromTemplate(template, work: try DigestContext())
    }
  }

  /// Whether `signature` is one of `message`; anything but OpenSSL's 1 is no.
  func verify(_ signature: UnsafeBufferPointer<UInt8>, _ message: Span<UInt8>) -> Bool {
    let result: Int32
    switch self {
    case .onDigest(let context, let hasher):
      result = unsafe hasher.withDigest(message) { digest in
        unsafe EVP_PKEY_verify(
          context.pointer, signature.baseAddress, signature.count, digest, HashFunction.digestLength)
      }
    case .onMessage(let context):
      result = unsafe context.verify(signature, message)
    case .fromTemplate(let template, let work):
      result =
        unsafe EVP_MD_CTX_copy_ex(work.pointer, template.pointer) == 1
        ? work.verify(signature, message) : 0
    }
    return result == 1
  }

  /// The signature of `message`, of at most `limit` bytes; nil leaves OpenSSL's cause in the error queue.
  func sign(_ message: Span<UInt8>, limit: Int) -> [UInt8]? {
    var succeeded = false
    let signature = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = limit
      succeeded = unsafe sign(message, into: buffer.baseAddress, &count) == 1
      if !succeeded { count = 0 }
    }
    return succeeded ? signature : nil
  }

  private func sign(
    _ message: Span<UInt8>, into output: UnsafeMutablePointer<UInt8>?, _ length: inout Int
  ) -> Int32 {
    switch self {
    case .onDigest(let context, let hasher):
      unsafe hasher.withDigest(message) { digest in
        unsafe EVP_PKEY_sign(context.pointer, output, &length, digest, HashFunction.digestLength)
      }
    case .onMessage(let context):
      unsafe context.sign(message, into: output, &length)
    case .fromTemplate(let template, let work):
      unsafe EVP_MD_CTX_copy_ex(work.pointer, template.pointer) == 1
        ? work.sign(message, into: output, &length) : 0
    }
  }
}

extension Hasher {
  /// Calls `body` with the digest of `message`, which lives on the stack.
  fileprivate func withDigest(_ message: Span<UInt8>, _ body: (UnsafePointer<UInt8>) -> Int32) -> Int32 {
    update(message)
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: HashFunction.digestLength) {
      buffer in
      guard let start = buffer.baseAddress else { return 0 }
      unsafe finish(into: start)
      return unsafe body(start)
    }
  }
}

extension KeyContext {
  /// Starts it for `role`, with the padding pinned.
  fileprivate func start(
    _ role: SignatureRole, _ algorithm: SignatureAlgorithm
  ) throws(CryptoError) {
    let result =
      switch role {
      case .sign: unsafe EVP_PKEY_sign_init(pointer)
      case .verify: unsafe EVP_PKEY_verify_init(pointer)
      }
    try ErrorQueue.check(result, .library, "a key for \(algorithm.name) could not be prepared")
    if algorithm.keyKind == .rsa { try setPadding(algorithm) }
  }

  private func setPadding(_ algorithm: SignatureAlgorithm) throws(CryptoError) {
    let digest = try FetchedDigest(algorithm.hash)
    let what = "the padding of \(algorithm.name) could not be set"
    let pss = algorithm == .rsaPSSSHA256
    try unsafe ErrorQueue.check(
      EVP_PKEY_CTX_set_rsa_padding(pointer, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING), .library, what)
    try unsafe ErrorQueue.check(EVP_PKEY_CTX_set_signature_md(pointer, digest.pointer), .library, what)
    guard pss else { return }
    try unsafe ErrorQueue.check(EVP_PKEY_CTX_set_rsa_mgf1_md(pointer, digest.pointer), .library, what)
    // OpenSSL's own default takes a salt of any length, none included.
    try unsafe ErrorQueue.check(
      EVP_PKEY_CTX_set_rsa_pss_saltlen(pointer, Int32(HashFunction.digestLength)), .library, what)
  }
}

extension DigestContext {
  /// Starts it for `role` with `key`, and returns the key context inside it.
  fileprivate func start(
    _ role: SignatureRole, _ key: OpaquePointer, digestName: String?
  ) throws(CryptoError) -> OpaquePointer? {
    var inner: OpaquePointer?
    let result =
      switch role {
      case .sign: unsafe EVP_DigestSignInit_ex(pointer, &inner, digestName, nil, nil, key, nil)
      case .verify: unsafe EVP_DigestVerifyInit_ex(pointer, &inner, digestName, nil, nil, key, nil)
      }
    try ErrorQueue.check(result, .library, "a key could not be prepared for signatures")
    return unsafe inner
  }

  fileprivate func verify(_ signature: UnsafeBufferPointer<UInt8>, _ message: Span<UInt8>) -> Int32 {
    unsafe message.withUnsafeBufferPointer {
      unsafe EVP_DigestVerify(pointer, signature.baseAddress, signature.count, $0.baseAddress, $0.count)
    }
  }

  fileprivate func sign(
    _ message: Span<UInt8>, into output: UnsafeMutablePointer<UInt8>?, _ length: inout Int
  ) -> Int32 {
    unsafe message.withUnsafeBufferPointer {
      unsafe EVP_DigestSign(pointer, output, &length, $0.baseAddress, $0.count)
    }
  }
}
