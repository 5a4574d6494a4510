import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire

/// The registry's writing side: imports and deletions, each an officer's signed order, on the worker.
struct RegistryKeeper: Sendable {
  let store: RegistryStore
  let keys: Published<RegistryKeyRing>
  let ledger: Ledger
  let clock: any Clock
  let log: Log

  // MARK: Import

  /// Records of one chunk at most.
  private static let recordLimit = 4_000

  /// Stores one chunk whole or not at all. The import's own progress makes a repeat harmless: a chunk that is
  /// already stored is answered with how far the import has come.
  func importChunk(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ImportChunkRequest.body(order.request.body)
      guard body.records.count <= Self.recordLimit else { throw BodyFault(field: "records") }
      guard let cipher = try? RegistryCipher(keys.read()) else { return .refusal(.registryUnavailable) }
      let rows = try seal(body.records, cipher)
      return ledger.once(
        order, operationID: body.operationID, contentDigest: cipher.contentDigest(body.content),
        keepsBody: false, repeats: true
      ) { _ in
        Deed(store(body, rows))
      }
    } catch {
      return error.outcome
    }
  }

  private func seal(_ records: [RegistryRecord], _ cipher: RegistryCipher) throws(BodyFault) -> [RegistryRow]
  {
    var rows: [RegistryRow] = []
    for (index, record) in records.enumerated() {
      do {
        for row in try DocumentRecord(record).rows() {
          let key = cipher.documentKey(row.number)
          rows.append(
            RegistryRow(
              key: key, sealed: try cipher.seal(RegistryRecord(row.record), under: key),
              isSuperseded: row.record.isSuperseded))
        }
      } catch let fault as ClaimFault {
        throw BodyFault(field: "records[\(index)].\(FieldName.onWire(fault.field))")
      } catch {
        throw BodyFault(field: "records[\(index)]")
      }
    }
    return rows
  }

  private func store(_ body: ImportChunkRequest, _ rows: [RegistryRow]) -> Outcome {
    do throws(StoreError) {
      var state = try store.importState(body.importID)
      if body.chunk > state.nextChunk || (state.isComplete && body.chunk == state.nextChunk) {
        return .refusal(.outOfOrder, field: "chunk")
      }
      if body.chunk == state.nextChunk {
        state = try store.importChunk(
          importID: body.importID, chunk: body.chunk, rows: rows, records: UInt64(body.records.count),
          last: body.last, at: clock.wallMilliseconds())
        if body.last { log.info("import_complete", ["records": .number(Int(clamping: state.records))]) }
      }
      let reply = ImportChunkReply(salt: freshSalt(), nextChunk: state.nextChunk, records: state.records)
      return .success(reply.encoded())
    } catch {
      return unavailable(error)
    }
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

  private func unavailable(_ error: StoreError) -> Outcome {
    log.error("registry_write_failed", ["problem": .string("\(error)")])
    return .refusal(.registryUnavailable, retryAfter: 1_000)
  }
}
