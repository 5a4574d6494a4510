import COpenSSL

/// The ciphers of secure messaging (ICAO 9303-11 section 9.8), all in CBC mode.
package enum ChipCipher: Sendable, Hashable, CaseIterable {
  /// Two keys of eight bytes each, used as K1, K2, K1.
  case tripleDES
  case aes128, aes192, aes256

  /// The length of a key, in bytes.
  package var keyLength: Int {
    switch self {
    case .tripleDES, .aes128: 16
    case .aes192: 24
    case .aes256: 32
    }
  }

  /// The length of a block, of an initialisation vector and of the send sequence counter, in bytes.
  package var blockLength: Int { self == .tripleDES ? 8 : 16 }

  /// The length of every code of `authenticate`, in bytes.
  package static let codeLength = 8

  /// `bytes`, whole blocks, encrypted without padding.
  ///
  /// - Parameter vector: one block; zeros when it is nil.
  /// - Throws: `.malformed` when a length is not as said above, `.library`.
  package func encrypt(_ bytes: [UInt8], key: [UInt8], vector: [UInt8]? = nil) throws(CryptoError) -> [UInt8]
  {
    try transform(bytes, key: key, vector: vector, encrypting: true)
  }

  /// The bytes that `encrypt` made `bytes` of.
  ///
  /// - Throws: `.malformed` when a length is not a whole number of blocks, `.library`.
  package func decrypt(_ bytes: [UInt8], key: [UInt8], vector: [UInt8]? = nil) throws(CryptoError) -> [UInt8]
  {
    try transform(bytes, key: key, vector: vector, encrypting: false)
  }

  /// The 8-byte code of a message of any length: the retail MAC over the padded message with 3DES (ISO 9797-1
  /// algorithm 3, padding 2), CMAC cut to eight bytes with AES (NIST SP 800-38B).
  ///
  /// - Throws: `.malformed` when the key has the wrong length, `.library`.
  package func authenticate(_ message: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard self == .tripleDES else { return Array(try cmac(message, key: key).prefix(Self.codeLength)) }
    return try retailMAC(ChipPadding.pad(message, to: blockLength), key: key)
  }

  /// The whole CMAC of 16 bytes; not for 3DES.
  func cmac(_ message: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
    try requireKey(key)
    let context = try CodeContext(CodeTemplate.named(self))
    return try context.run(message, key: key)
  }

  /// By 3DES, since single DES is in the legacy provider alone: with K1, K1, K1 it is DES in all blocks but the
  /// last, which K1, K2, K1 finishes.
  private func retailMAC(_ padded: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
    try requireKey(key)
    let last = padded.count - blockLength
    var single = Array(key.prefix(8)) + Array(key.prefix(8))
    defer { wipe(&single) }
    let chained = try encrypt(Array(padded[..<last]), key: single)
    return try encrypt(Array(padded[last...]), key: key, vector: last > 0 ? Array(chained.suffix(8)) : nil)
  }

  private func transform(
    _ bytes: [UInt8], key: [UInt8], vector: [UInt8]?, encrypting: Bool
  ) throws(CryptoError) -> [UInt8] {
    try requireKey(key)
    let vector = vector ?? [UInt8](repeating: 0, count: blockLength)
    guard bytes.count.isMultiple(of: blockLength), vector.count == blockLength, bytes.count <= 1 << 24 else {
      throw CryptoError(.malformed, "a chip's cipher takes whole blocks")
    }
    if bytes.isEmpty { return [] }
    var schedule = self == .tripleDES ? key + key.prefix(8) : key
    defer { wipe(&schedule) }
    let context = try CipherContext(FetchedCipher.named(self))
    return try context.run(bytes, key: schedule, vector: vector, encrypting: encrypting)
  }

  private func requireKey(_ key: [UInt8]) throws(CryptoError) {
    guard key.count == keyLength else {
      throw CryptoError(.malformed, "a key of this chip cipher has \(keyLength) bytes")
    }
  }

  fileprivate var openSSLName: String {
    switch self {
    case .tripleDES: "DES-EDE3-CBC"
    case .aes128: "AES-128-CBC"
    case .aes192: "AES-192-CBC"
    case .aes256: "AES-256-CBC"
    }
  }
}

/// Padding method 2 of ISO 9797-1: one byte 80, then zeros.
package enum ChipPadding {
  /// `bytes` and one to `block` bytes more.
  package static func pad(_ bytes: [UInt8], to block: Int) -> [UInt8] {
    bytes + [0x80] + [UInt8](repeating: 0, count: block - 1 - bytes.count % block)
  }

  /// `bytes` without their padding, which must be there and end within the last block; nil where it does not.
  package static func strip(_ bytes: [UInt8], block: Int) -> [UInt8]? {
    guard let mark = bytes.lastIndex(where: { $0 != 0 }), bytes[mark] == 0x80, bytes.count - mark <= block
    else { return nil }
    return Array(bytes[..<mark])
  }
}

/// A cipher's algorithm, looked up once. It does not change, which is why any thread may use it.
@safe private final class FetchedCipher: @unchecked Sendable {
  let pointer: OpaquePointer?

  init(_ name: String) {
    unsafe pointer = EVP_CIPHER_fetch(nil, name, nil)
    ErrorQueue.clear()
  }

  deinit {
    unsafe EVP_CIPHER_free(pointer)
  }

  private static let all = Dictionary(
    uniqueKeysWithValues: ChipCipher.allCases.map { ($0, FetchedCipher($0.openSSLName)) })

  static func named(_ cipher: ChipCipher) throws(CryptoError) -> FetchedCipher {
    guard let fetched = all[cipher], unsafe fetched.pointer != nil else {
      throw CryptoError(
        .library, "OpenSSL offers no \(cipher.openSSLName); its default provider must be active")
    }
    return fetched
  }
}

/// One run of a cipher.
@safe private final class CipherContext {
  private let pointer: OpaquePointer
  private let cipher: FetchedCipher

  init(_ cipher: FetchedCipher) throws(CryptoError) {
    self.cipher = cipher
    unsafe pointer = try ErrorQueue.unwrap(
      EVP_CIPHER_CTX_new(), .library, "no memory for a cipher context")
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(pointer)
  }

  func run(_ bytes: [UInt8], key: [UInt8], vector: [UInt8], encrypting: Bool) throws(CryptoError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: bytes.count)
    var written: Int32 = 0
    // Padding off: whole blocks come out as they go in, so nothing is left for a final call.
    let done =
      unsafe EVP_CipherInit_ex2(pointer, cipher.pointer, key, vector, encrypting ? 1 : 0, nil) == 1
      && EVP_CIPHER_CTX_set_padding(pointer, 0) == 1
      && EVP_CipherUpdate(pointer, &output, &written, bytes, Int32(clamping: bytes.count)) == 1
      && Int(written) == output.count
    guard done else { throw ErrorQueue.drain(.library, "a chip's cipher failed") }
    return output
  }
}

/// CMAC with one cipher and no key of anybody's, to be copied: looking both up for every message costs more than the
/// code itself. Copying changes nothing in it, which is why any thread may do so.
@safe private final class CodeTemplate: @unchecked Sendable {
  let pointer: OpaquePointer?
  private let isReady: Bool

  init(_ cipher: ChipCipher) {
    defer { ErrorQueue.clear() }
    guard let algorithm = unsafe EVP_MAC_fetch(nil, "CMAC", nil) else {
      unsafe (pointer, isReady) = (nil, false)
      return
    }
    defer { unsafe EVP_MAC_free(algorithm) }
    let key = [UInt8](repeating: 0, count: cipher.keyLength)
    unsafe pointer = EVP_MAC_CTX_new(algorithm)
    isReady =
      unsafe pointer != nil && passgate_cmac_init(pointer, cipher.openSSLName, key, key.count) == 1
  }

  deinit {
    unsafe EVP_MAC_CTX_free(pointer)
  }

  private static let all = Dictionary(
    uniqueKeysWithValues: ChipCipher.allCases.filter { $0 != .tripleDES }.map { ($0, CodeTemplate($0)) })

  static func named(_ cipher: ChipCipher) throws(CryptoError) -> CodeTemplate {
    guard let template = all[cipher], template.isReady else {
      throw CryptoError(.library, "OpenSSL offers no CMAC; its default provider must be active")
    }
    return template
  }
}

/// One run of a CMAC.
@safe private final class CodeContext {
  private let pointer: OpaquePointer

  init(_ template: CodeTemplate) throws(CryptoError) {
    unsafe pointer = try ErrorQueue.unwrap(
      EVP_MAC_CTX_dup(template.pointer), .library, "no memory for a CMAC context")
  }

  deinit {
    unsafe EVP_MAC_CTX_free(pointer)
  }

  func run(_ message: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 16)
    var length = 0
    let done =
      unsafe EVP_MAC_init(pointer, key, key.count, nil) == 1
      && EVP_MAC_update(pointer, message, message.count) == 1
      && EVP_MAC_final(pointer, &code, &length, code.count) == 1 && length == code.count
    guard done else { throw ErrorQueue.drain(.library, "a CMAC could not be made") }
    return code
  }
}
