import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire

/// The registry's writing side: imports and deletions, each an officer's signed order, on the worker.
struct RegistryKeeper: Sendable {
  let store: RegistryStore
  let keys: Published<RegistryKeyRing>
  let embedder: PortraitEmbedder
  let ledger: Ledger
  let clock: any Clock
  let log: Log

  // MARK: Import

  /// Records of one chunk at most.
  private static let recordLimit = 4_000

  /// A chunk with what it comes to in the registry.
  private struct Chunk {
    let body: ImportChunkRequest
    /// Of each record, the row of its current number first.
    let rows: [[RegistryRow]]
    /// By the place of the record.
    let portraits: [Int: PortraitEmbedder.Embedding]

    var refusedPortraits: [RefusedPortrait] {
      body.portraits.compactMap { portrait in
        guard case .refused(let fault) = portraits[Int(portrait.record)] else { return nil }
        let reason = PassgateWire.UndeterminedReason(PassgateDomain.UndeterminedReason.picture(fault))
        return RefusedPortrait(record: portrait.record, reason: reason)
      }
    }
  }

  /// Stores one chunk whole or not at all. The import's own progress makes a repeat harmless: a chunk that is
  /// already stored is answered with how far the import has come.
  func importChunk(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ImportChunkRequest.body(order.request.body)
      guard body.records.count <= Self.recordLimit else { throw BodyFault(field: "records") }
      guard let cipher = try? RegistryCipher(keys.read()) else { return .refusal(.registryUnavailable) }
      let rows = try seal(body.records, cipher)
      // Before the ledger's lock: the engine takes its time, and others must not wait for it.
      let embeddings = embedder.embed(body.portraits)
      let places = body.portraits.map { Int($0.record) }
      let chunk = Chunk(
        body: body, rows: rows,
        portraits: Dictionary(zip(places, embeddings), uniquingKeysWith: { first, _ in first }))
      return ledger.once(
        order, operationID: body.operationID, contentDigest: cipher.contentDigest(body.content),
        keepsBody: false, repeats: true
      ) { _ in
        Deed(store(chunk, cipher))
      }
    } catch {
      return error.outcome
    }
  }

  private func seal(
    _ records: [RegistryRecord], _ cipher: RegistryCipher
  ) throws(BodyFault) -> [[RegistryRow]] {
    var rows: [[RegistryRow]] = []
    for (index, record) in records.enumerated() {
      do {
        rows.append(
          try DocumentRecord(record).rows().map { row in
            let key = cipher.documentKey(row.number)
            return RegistryRow(
              key: key, sealed: try cipher.seal(RegistryRecord(row.record), under: key),
              isSuperseded: row.record.isSuperseded)
          })
      } catch let fault as ClaimFault {
        throw BodyFault(field: "records[\(index)].\(FieldName.onWire(fault.field))")
      } catch {
        throw BodyFault(field: "records[\(index)]")
      }
    }
    return rows
  }

  private func store(_ chunk: Chunk, _ cipher: RegistryCipher) -> Outcome {
    do {
      let body = chunk.body
      var state = try store.importState(body.importID)
      if body.chunk > state.nextChunk || (state.isComplete && body.chunk == state.nextChunk) {
        return .refusal(.outOfOrder, field: "chunk")
      }
      if body.chunk == state.nextChunk {
        state = try store.importChunk(
          importID: body.importID, chunk: body.chunk, rows: Array(chunk.rows.joined()),
          portraits: try portraitChanges(chunk, cipher), records: UInt64(body.records.count), last: body.last,
          at: clock.wallMilliseconds())
        if body.last { log.info("import_complete", ["records": .number(Int(clamping: state.records))]) }
      }
      let reply = ImportChunkReply(
        salt: freshSalt(), nextChunk: state.nextChunk, records: state.records,
        refusedPortraits: chunk.refusedPortraits)
      return .success(reply.encoded())
    } catch {
      return unavailable(error)
    }
  }

  private func portraitChanges(_ chunk: Chunk, _ cipher: RegistryCipher) throws -> [PortraitChange] {
    var moves = PortraitMoves(cipher, store)
    for (place, rows) in chunk.rows.enumerated() {
      var portrait: StoredPortrait?
      if case .kept(let kept) = chunk.portraits[place] { portrait = kept }
      try moves.take(rows.map(\.key), portrait)
    }
    return try moves.changes()
  }

  func importStatus(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ImportStatusRequest.body(order.request.body)
      do throws(StoreError) {
        let state = try store.importState(body.importID)
        let reply = ImportStatusReply(
          salt: freshSalt(), nextChunk: state.nextChunk, records: state.records, complete: state.isComplete)
        return .success(reply.encoded())
      } catch {
        return unavailable(error)
      }
    } catch {
      return error.outcome
    }
  }

  // MARK: Deletion

  func deleteRecord(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try DeleteRecordRequest.body(order.request.body)
      guard
        let number = try? DocumentNumber(body.number, type: PassgateDomain.DocumentType(body.documentType))
      else { throw BodyFault(field: "number") }
      guard let cipher = try? RegistryCipher(keys.read()) else { return .refusal(.registryUnavailable) }
      let key = cipher.documentKey(number)
      // The keyed hash stands for the number: a plain digest of so few possible numbers could be guessed back.
      return ledger.once(order, operationID: body.operationID, contentDigest: key, keepsBody: false) { _ in
        Deed(delete(key))
      }
    } catch {
      return error.outcome
    }
  }

  private func delete(_ key: [UInt8]) -> Outcome {
    do throws(StoreError) {
      let existed = try store.delete(key: key, at: clock.wallMilliseconds())
      return .success(DeleteRecordReply(salt: freshSalt(), existed: existed).encoded())
    } catch {
      return unavailable(error)
    }
  }

  // MARK: Portraits

  /// Keeps what the engine has made of a portrait when it was first used, or first by another model than before.
  ///
  /// Best effort: a portrait that has changed meanwhile stays as it is.
  func keep(_ embedded: StoredPortrait, under key: [UInt8]) {
    do {
      let cipher = try RegistryCipher(keys.read())
      guard let sealed = try store.portrait(of: key) else { return }
      let current = try cipher.openPortrait(sealed, under: key)
      guard current.image == embedded.image, current != embedded else { return }
      _ = try store.replacePortrait(of: key, sealed: sealed, with: cipher.seal(embedded, under: key))
    } catch {
      log.error("registry_write_failed", ["problem": .string("\(error)")])
    }
  }

  private func unavailable(_ error: any Error) -> Outcome {
    log.error("registry_write_failed", ["problem": .string("\(error)")])
    return .refusal(.registryUnavailable, retryAfter: 1_000)
  }
}
