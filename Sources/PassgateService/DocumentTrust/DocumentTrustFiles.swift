import PassgateCrypto
import PassgateStore
import PassgateSystem
import PassgateWire

/// Why something about the sources of trust is refused.
struct DocumentTrustFault: Error, Equatable {
  let reason: Reason
  /// The field at fault and what is wrong with it.
  var field = ""
  /// Milliseconds, when waiting helps.
  var retryAfter: UInt32 = 0

  /// The file or proposal cannot be taken: what is trusted stays as it is.
  static func refused(_ field: String) -> DocumentTrustFault {
    DocumentTrustFault(reason: .trustRefused, field: field)
  }

  static let unavailable = DocumentTrustFault(reason: .registryUnavailable, retryAfter: 1_000)

  var outcome: Outcome {
    // Two officers are no rule of the Measures here.
    .refusal(
      reason, field: field, retryAfter: retryAfter, article: reason == .secondOfficer ? "" : nil)
  }
}

/// The files of sources of trust: taken in chunks, checked against their digests, read whole.
struct DocumentTrustFiles: Sendable {
  /// Bytes of a file.
  static let fileLimit: UInt64 = 32 << 20
  /// Bytes of files that no source and no proposal names.
  private static let idleLimit: UInt64 = 256 << 20
  /// Milliseconds after which such a file is dropped.
  private static let idleAge: UInt64 = 7 * 86_400_000

  let store: DocumentTrustStore
  let clock: any Clock
  let log: Log

  /// Takes a chunk. One that is not expected stores nothing, and the reply names the offset to continue from; a file
  /// whose bytes are not its digest's is forgotten whole.
  ///
  /// - Parameter kept: digests of the files that are needed.
  func put(_ body: PutTrustFileRequest, keeping kept: Set<[UInt8]>) throws(DocumentTrustFault)
    -> StoredTrustFile
  {
    try Self.check(body)
    if try stored({ () throws(StoreError) in try store.file(body.digest) }) == nil { try makeRoom(kept) }
    let step = try stored { () throws(StoreError) in
      try store.append(
        body.bytes, at: body.offset, of: body.digest, byteCount: body.byteCount,
        at: clock.wallMilliseconds())
    }
    guard case .at(let file) = step else {
      throw .refused("byte_count: the file was begun with another length")
    }
    if file.received == file.byteCount, !file.isComplete { try verify(file) }
    return file
  }

  private static func check(_ body: PutTrustFileRequest) throws(DocumentTrustFault) {
    guard body.byteCount <= fileLimit else { throw .refused("byte_count: a file has at most 32 MiB") }
    guard body.offset <= body.byteCount, UInt64(body.bytes.count) <= body.byteCount - body.offset else {
      throw DocumentTrustFault(reason: .malformedBody, field: "offset")
    }
  }

  private func makeRoom(_ kept: Set<[UInt8]>) throws(DocumentTrustFault) {
    let now = clock.wallMilliseconds()
    let idle = try stored { () throws(StoreError) in
      try store.purge(keeping: kept, before: now > Self.idleAge ? now - Self.idleAge : 0)
    }
    guard idle < Self.idleLimit else {
      throw DocumentTrustFault(reason: .overloaded, retryAfter: 3_600_000)
    }
  }

  private func verify(_ file: StoredTrustFile) throws(DocumentTrustFault) {
    let bytes = try stored { () throws(StoreError) in try store.bytes(of: file.digest) } ?? []
    if sha256(bytes.span) == file.digest {
      return try stored { () throws(StoreError) in try store.markComplete(file.digest) }
    }
    try stored { () throws(StoreError) in try store.drop(file.digest) }
    throw .refused("digest: the bytes were others, and all are forgotten; send the file anew")
  }

  /// A whole file; nil when it is not there.
  func read(_ digest: [UInt8]) throws(DocumentTrustFault) -> [UInt8]? {
    let file = try stored { () throws(StoreError) in try store.file(digest) }
    guard let file, file.isComplete else { return nil }
    let bytes = try stored { () throws(StoreError) in try store.bytes(of: digest) } ?? []
    guard sha256(bytes.span) == digest else {
      log.error("trust_file_damaged", ["file": .string(Hex.encode(digest))])
      return nil
    }
    return bytes
  }

  private func stored<Result>(_ act: () throws(StoreError) -> Result) throws(DocumentTrustFault) -> Result {
    do throws(StoreError) {
      return try act()
    } catch {
      log.error("trust_store_failed", ["problem": .string("\(error)")])
      throw .unavailable
    }
  }
}
