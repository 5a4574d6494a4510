import COpenSSL

/// The secret of one key of a registry: what its records' keys are derived from. Overwritten when the last holder
/// lets go of it; does not print.
@safe package final class RegistrySecret: @unchecked Sendable, CustomStringConvertible {
  /// The length of a new secret, in bytes.
  package static let length = 32
  /// The length of a secret of the time before registries had sets of keys, in bytes.
  package static let formerLength = 64

  private static let label = "passgate/1 registry key"

  /// SHA-256 of a label, a zero and the secret: its id in a set of keys.
  package let keyID: [UInt8]
  /// Written here and in `deinit` alone, which is why any thread may read it.
  private let storage: UnsafeMutableRawBufferPointer

  /// Takes the secret over and overwrites `bytes`.
  ///
  /// - Throws: `.malformed` when there are neither `length` nor `formerLength` bytes.
  package init(taking bytes: inout [UInt8]) throws(CryptoError) {
    guard [Self.length, Self.formerLength].contains(bytes.count) else {
      throw CryptoError(
        .malformed, "a registry key has \(Self.length) bytes, this one has \(bytes.count)")
    }
    var labelled = Array(Self.label.utf8) + [0] + bytes
    keyID = sha256(labelled.span)
    unsafe storage = .allocate(byteCount: bytes.count, alignment: 1)
    unsafe storage.copyBytes(from: bytes)
    wipe(&labelled)
    wipe(&bytes)
  }

  /// A new secret, for a new file: it opens nothing yet.
  package static func fresh() throws(CryptoError) -> [UInt8] { try randomBytes(length) }

  deinit {
    unsafe OPENSSL_cleanse(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
  }

  package var description: String { "a registry key" }

  /// A key of 32 bytes for one use.
  ///
  /// - Parameters:
  ///   - use: the label of the use, under which the key is derived.
  ///   - formerPart: the part of a secret of `formerLength` that is this key itself, where it was so.
  package func key(for use: String, formerPart: Range<Int>? = nil) throws(CryptoError) -> [UInt8] {
    let bytes = unsafe UnsafeRawBufferPointer(storage)
    if let formerPart, bytes.count == Self.formerLength { return unsafe Array(bytes[formerPart]) }
    var secret = unsafe Array(bytes)
    defer { wipe(&secret) }
    let label = Array(use.utf8)
    return try HMACKey(secret.span).authenticate(label.span)
  }
}

/// Overwrites a secret with zeros; copies that were made of it stay.
package func wipe(_ bytes: inout [UInt8]) {
  unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
}
