import Synchronization

/// Where a document of a dossier stands: who uploaded it, and what it is. Each 32 bytes.
package struct DocumentAddress: Sendable, Hashable {
  /// SHA-256 of the uploader's SubjectPublicKeyInfo.
  package let keyID: [UInt8]
  /// SHA-256 of the whole document.
  package let digest: [UInt8]

  package init(keyID: [UInt8], digest: [UInt8]) {
    self.keyID = keyID
    self.digest = digest
  }
}

/// A document and how much of it has come.
package struct DossierDocument: Sendable, Equatable {
  package let address: DocumentAddress
  /// Of the whole document, as its first chunk declared it.
  package let byteCount: UInt64
  /// Stored without a gap from the start: the offset expected next.
  package let received: UInt64
  /// Whether its bytes were found to have the digest of its address.
  package let isComplete: Bool
}

/// A part of a document; nothing in it can be read without the deployment's secret.
package struct DocumentChunk: Sendable, Equatable {
  /// Of its first byte in the document.
  package let offset: UInt64
  /// Before it was sealed.
  package let byteCount: UInt64
  package let sealed: [UInt8]

  package init(offset: UInt64, byteCount: UInt64, sealed: [UInt8]) {
    self.offset = offset
    self.byteCount = byteCount
    self.sealed = sealed
  }
}

/// How much may be left with the platform by people it does not know.
package struct DossierLimits: Sendable {
  /// Documents of one key whose bytes have not all come.
  package var openUploadsOfKey: UInt64
  /// Documents of one key in all.
  package var documentsOfKey: UInt64
  /// Declared bytes of one key's documents that belong to no case.
  package var unclaimedBytesOfKey: UInt64
  /// Declared bytes of one key's documents in all.
  package var bytesOfKey: UInt64
  /// Bytes that have come of all documents that belong to no case.
  package var unclaimedBytes: UInt64
  /// Milliseconds after which a document that belongs to no case is dropped.
  package var unclaimedAge: UInt64

  package init(
    openUploadsOfKey: UInt64, documentsOfKey: UInt64, unclaimedBytesOfKey: UInt64, bytesOfKey: UInt64,
    unclaimedBytes: UInt64, unclaimedAge: UInt64
  ) {
    self.openUploadsOfKey = openUploadsOfKey
    self.documentsOfKey = documentsOfKey
    self.unclaimedBytesOfKey = unclaimedBytesOfKey
    self.bytesOfKey = bytesOfKey
    self.unclaimedBytes = unclaimedBytes
    self.unclaimedAge = unclaimedAge
  }
}

/// What became of a chunk.
package enum UploadStep: Sendable, Equatable {
  /// How far the document has come, whether or not this chunk was the one expected.
  case at(DossierDocument)
  /// The document was begun with another length.
  case otherLength
  /// This key may leave no more with the platform.
  case keyFull
  /// The platform takes no more uploads until older ones are claimed or dropped.
  case storeFull
}

/// The store of uploaded documents and of complaints: one per file, usable from any thread, one act at a time.
package final class DossierStore: Sendable {
  let state: Mutex<State>

  /// Opens the store, creating or migrating it. The folder must exist.
  package init(path: String) throws(StoreError) {
    state = Mutex(try State(path: path))
  }

  /// Stores a chunk at the offset that its document expects next, durably; any other offset stores nothing.
  ///
  /// - Parameters:
  ///   - byteCount: of the whole document; the first chunk fixes it. The chunk must not reach beyond it.
  ///   - at: Unix time in milliseconds.
  package func append(
    _ chunk: DocumentChunk, to address: DocumentAddress, byteCount: UInt64, limits: DossierLimits, at: UInt64
  ) throws(StoreError) -> UploadStep {
    try state.withLock { (state) throws(StoreError) in
      if try state.find(address) == nil { try state.purge(limits, at: at) }
      return try state.append(chunk, to: address, byteCount: byteCount, limits, at: at)
    }
  }

  /// The document that stands at this address, or nil.
  package func document(_ address: DocumentAddress) throws(StoreError) -> DossierDocument? {
    try state.withLock { (state) throws(StoreError) in try state.find(address)?.document }
  }

  /// The document with this digest that belongs to this tenant's case, or nil.
  package func document(digest: [UInt8], ofTenant tenantID: String) throws(StoreError) -> DossierDocument? {
    try state.withLock { (state) throws(StoreError) in
      try state.findClaimed.first([.text(tenantID), .blob(digest)], StoredDocument.init)?.document
    }
  }

  /// The chunks that hold any byte of the range, in order.
  package func chunks(of address: DocumentAddress, from: UInt64, until: UInt64) throws(StoreError)
    -> [DocumentChunk]
  {
    try state.withLock { (state) throws(StoreError) in
      guard let stored = try state.find(address) else { return [] }
      return try state.readChunks.all([.integer(stored.number), .number(from), .number(until)]) { row in
        DocumentChunk(offset: row.number(0), byteCount: row.number(1), sealed: row.bytes(2))
      }
    }
  }

  /// Records that the document's bytes were found to have its digest.
  package func markComplete(_ address: DocumentAddress) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in
      try state.complete.run([.blob(address.keyID), .blob(address.digest)])
    }
  }

  /// Forgets an upload whose bytes are not what its address says. A document of a case stays.
  package func drop(_ address: DocumentAddress) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in
      guard let stored = try state.find(address), !stored.isClaimed else { return }
      try state.delete.run([.integer(stored.number)])
      state.unclaimed -= stored.charge
    }
  }

  /// Ties complete documents to a tenant's case for good; tying again does nothing.
  /// - Returns: the digests that are not complete documents of the key. Unless empty, nothing was tied.
  package func claim(_ digests: [[UInt8]], of keyID: [UInt8], for tenantID: String) throws(StoreError)
    -> [[UInt8]]
  {
    try state.withLock { (state) throws(StoreError) in
      let missing = try state.database.transaction { () throws(StoreError) in
        try state.claim(digests, of: keyID, for: tenantID)
      }
      state.unclaimed = try state.sumUnclaimed()
      return missing
    }
  }

  /// Drops documents that have belonged to no case for too long, a few at a time.
  /// - Parameter at: Unix time in milliseconds.
  /// - Returns: how many were dropped.
  @discardableResult package func purge(limits: DossierLimits, at: UInt64) throws(StoreError) -> Int {
    try state.withLock { (state) throws(StoreError) in try state.purge(limits, at: at) }
  }
}

extension DossierStore: SealedStore {
  package var sealedTables: [SealedTable] { [.chunks, .complaints] }

  package func withSealedRows<Result>(_ body: (SealedRows) throws(StoreError) -> sending Result)
    throws(StoreError) -> sending Result
  {
    try state.withLock { (state) throws(StoreError) in try body(state.sealed) }
  }
}
