import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// What officers do: each act happens once, is recorded, and survives a restart.
@Suite(.serialized) struct OperationTests {
  // MARK: Repeats

  @Test func aRepeatedOperationReturnsItsRecordedOutcome() throws {
    let platform = try TestPlatform()
    let hotel = try platform.authority.issue(.tenantMobile, name: "hotel")
    let session = try platform.officerSession()
    let operation = try randomBytes(16)
    func provision(_ tenants: [PassgateWire.Tenant]) throws -> ClientAnswer {
      let body = ProvisionRequest(salt: freshSalt(), operationID: operation, tenants: tenants)
      return try session.call(ClientDraft(method: "passgate.v1.Supervision/Provision", body: body.encoded()))
    }
    let open = [platform.tenant("hotel", .mobileCertificate, hotel)]
    let first = try ProvisionReply(decoding: provision(open).body.span)
    #expect(first.event == 1 && first.changed == ["hotel"])
    // The same act again, under another salt and signature, is the same act.
    #expect(try ProvisionReply(decoding: provision(open).body.span) == first)
    let other = try provision([platform.tenant("hotel", .mobileCertificate, hotel, state: .suspended)])
    #expect(other.reason == .operationConflict)
    let caller = try platform.session(platform.profile(tenant: "hotel", identity: hotel, key: hotel.key))
    #expect(try caller.call(Guest.draft()).status == .ok)
  }

  @Test func aRefusedOperationLeavesNoTraceAndMayBeCorrected() throws {
    let platform = try TestPlatform()
    let hotel = try platform.authority.issue(.tenantMobile, name: "hotel")
    let stranger = try TestAuthority().issue(.tenantMobile, name: "hotel")
    let session = try platform.officerSession()
    let operation = try randomBytes(16)
    for (identity, reason) in [(stranger, Reason.provisionRefused), (hotel, .noReason)] {
      let body = ProvisionRequest(
        salt: freshSalt(), operationID: operation,
        tenants: [
          platform.tenant(
            "inn", .mobileCertificate, try platform.authority.issue(.tenantMobile, name: "inn")),
          platform.tenant("hotel", .mobileCertificate, identity),
        ])
      let answer = try session.call(
        ClientDraft(method: "passgate.v1.Supervision/Provision", body: body.encoded()))
      #expect(answer.reason == reason)
    }
    let list = try session.call(
      ClientDraft(
        method: "passgate.v1.Supervision/ListTenants", body: ListTenantsRequest(salt: freshSalt()).encoded()))
    #expect(try ListTenantsReply(decoding: list.body.span).tenants.map(\.id) == ["hotel", "inn"])
  }

  @Test func tenantsSurviveARestart() throws {
    let platform = try TestPlatform()
    let (hotel, _) = try platform.mobileTenant()
    try platform.restart()
    let session = try platform.session(platform.profile(tenant: "hotel", identity: hotel, key: hotel.key))
    #expect(try session.call(Guest.draft()).status == .ok)
  }

  @Test func aKeyThatAnotherTenantHasIsRefused() throws {
    let platform = try TestPlatform()
    let (hotel, _) = try platform.mobileTenant()
    let answer = try platform.provision([platform.tenant("inn", .mobileCertificate, hotel)])
    #expect(answer.reason == .provisionRefused)
  }

  // MARK: Imports

  private struct Import {
    let session: ClientSession
    let id: [UInt8]

    func chunk(_ number: UInt64, _ records: [RegistryRecord], last: Bool = false, operation: [UInt8]? = nil)
      throws
      -> ClientAnswer
    {
      let body = ImportChunkRequest(
        salt: freshSalt(), operationID: try operation ?? randomBytes(16), importID: id, chunk: number,
        records: records, last: last)
      return try session.call(ClientDraft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded()))
    }

    func status() throws -> ImportStatusReply {
      let body = ImportStatusRequest(salt: freshSalt(), importID: id)
      let answer = try session.call(
        ClientDraft(method: "passgate.v1.Registry/ImportStatus", body: body.encoded()))
      return try ImportStatusReply(decoding: answer.body.span)
    }
  }

  @Test func chunksAreStoredInTheirOrderAndOnce() throws {
    let platform = try TestPlatform()
    let records = try Specimens.records()
    let job = Import(session: try platform.officerSession(), id: try randomBytes(16))
    #expect(try job.chunk(1, Array(records[..<10])).reason == .outOfOrder)
    let operation = try randomBytes(16)
    let first = try ImportChunkReply(
      decoding: job.chunk(0, Array(records[..<10]), operation: operation).body.span)
    #expect(first.nextChunk == 1 && first.records == 10)
    // A lost reply: the same operation again, and the same chunk under a new operation, change nothing.
    #expect(try job.chunk(0, Array(records[..<10]), operation: operation).status == .ok)
    #expect(try ImportChunkReply(decoding: job.chunk(0, Array(records[..<10])).body.span).records == 10)
    #expect(try job.chunk(1, Array(records[10..<20]), last: true).status == .ok)
    let status = try job.status()
    #expect(status.complete && status.nextChunk == 2 && status.records == 20)
    #expect(try job.chunk(2, Array(records[20..<30])).reason == .outOfOrder, "the import is complete")
  }

  @Test func aRegistryOlderThanTheLedgerIsFilledAgain() throws {
    let platform = try TestPlatform()
    let (id, operation) = (try randomBytes(16), try randomBytes(16))
    var job = Import(session: try platform.officerSession(), id: id)
    #expect(try job.chunk(0, [Guest.record], last: true, operation: operation).status == .ok)
    platform.stop()
    for suffix in ["", "-wal", "-shm"] { try? Files.remove(platform.folder.path("registry.sqlite" + suffix)) }
    try platform.restart()
    job = Import(session: try platform.officerSession(), id: id)
    #expect(try job.chunk(0, [Guest.record], last: true, operation: operation).status == .ok)
    let (_, hotel) = try platform.mobileTenant()
    #expect(try hotel.call(Guest.draft()).verdict?.verdict == .consistent)
  }

  @Test func otherRecordsUnderTheSameOperationAreAConflict() throws {
    let platform = try TestPlatform()
    let operation = try randomBytes(16)
    let job = Import(session: try platform.officerSession(), id: try randomBytes(16))
    #expect(try job.chunk(0, [Guest.record], operation: operation).status == .ok)
    var other = Guest.record
    other.birthDate = "1985-03-15"
    #expect(try job.chunk(0, [other], operation: operation).reason == .operationConflict)
  }

  @Test func aChunkWithABadRecordIsStoredNotAtAll() throws {
    let platform = try TestPlatform()
    let job = Import(session: try platform.officerSession(), id: try randomBytes(16))
    var bad = Guest.record
    bad.birthDate = "1985-13-01"
    let answer = try job.chunk(0, [Guest.record, bad], last: true)
    #expect(answer.reason == .malformedBody && answer.refusal?.field == "records[1].birth_date")
    #expect(try job.status().nextChunk == 0)
    let (_, hotel) = try platform.mobileTenant()
    #expect(try hotel.call(Guest.draft()).verdict?.verdict == .inconsistent)
  }

  @Test func aChunkHasFourThousandRecordsAtMost() throws {
    let platform = try TestPlatform()
    let job = Import(session: try platform.officerSession(), id: try randomBytes(16))
    let records = Array(repeating: Guest.record, count: 4_001)
    let answer = try job.chunk(0, records)
    #expect(answer.reason == .malformedBody && answer.refusal?.field == "records")
    #expect(try job.chunk(0, Array(records.dropLast())).status == .ok)
  }

  @Test func aDeletedRecordReadsLikeOneThatNeverWas() throws {
    let platform = try TestPlatform()
    try platform.load([Guest.record])
    let (_, hotel) = try platform.mobileTenant()
    #expect(try hotel.call(Guest.draft()).verdict?.verdict == .consistent)
    let session = try platform.officerSession()
    let operation = try randomBytes(16)
    func delete() throws -> DeleteRecordReply {
      let body = DeleteRecordRequest(
        salt: freshSalt(), operationID: operation, documentType: .permit, number: Guest.record.number)
      let answer = try session.call(
        ClientDraft(method: "passgate.v1.Registry/DeleteRecord", body: body.encoded()))
      return try DeleteRecordReply(decoding: answer.body.span)
    }
    #expect(try delete().existed)
    #expect(try delete().existed, "the repeat tells what the first one did")
    #expect(try hotel.call(Guest.draft()).verdict?.verdict == .inconsistent)
  }

  // MARK: Evidence list

  @Test func theLogIsReadInPagesAndEnds() throws {
    let platform = try TestPlatform()
    let (_, hotel) = try platform.mobileTenant()
    for _ in 0..<7 { _ = try hotel.call(Guest.draft()) }
    let session = try platform.officerSession()
    var after: UInt64 = 0
    var entries = 0
    var pages = 0
    repeat {
      let body = ListEvidenceRequest(salt: freshSalt(), after: after, limit: 3, tenantID: "hotel")
      let answer = try session.call(
        ClientDraft(method: "passgate.v1.Supervision/ListEvidence", body: body.encoded()))
      let reply = try ListEvidenceReply(decoding: answer.body.span)
      entries += reply.records.reduce(0) { $0 + $1.entries.count }
      pages += 1
      #expect(reply.next == 0 || reply.next > after)
      after = reply.next
    } while after > 0 && pages < 20
    #expect(entries == 7 && pages < 20)
  }

  // MARK: Anybody's methods

  @Test func anybodyMayAskForHealthButNotForEver() throws {
    let platform = try TestPlatform()
    let profile = try platform.profile(
      tenant: "hotel", identity: nil, key: try PrivateKey.generate(.ed25519), .ed25519
    ).selfDeclared()
    let session = try platform.session(profile)
    let draft = ClientDraft(
      method: "passgate.v1.Health/Check", body: HealthCheckRequest(salt: freshSalt()).encoded())
    #expect(try HealthCheckReply(decoding: session.call(draft).body.span).status == .serving)
    var reasons: Set<Reason> = []
    for _ in 0..<7 {
      _ = try session.submit([ClientDraft](repeating: draft, count: 100))
      for _ in 0..<100 {
        let answer = try #require(
          try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000))
        reasons.insert(answer.reason)
        guard answer.reason == .tooManyCalls else { continue }
        #expect((1...60_000).contains(try Refusal(decoding: answer.body.span).retryAfterMilliseconds))
      }
    }
    #expect(reasons == [.noReason, .tooManyCalls])
  }

  @Test func sixteenForgeriesEndAConnectionAndNoOther() throws {
    let platform = try TestPlatform()
    let (hotel, session) = try platform.mobileTenant()
    let innocent = try platform.session(platform.profile(tenant: "hotel", identity: hotel, key: hotel.key))
    #expect(throws: ClientError.self) {
      for _ in 0..<17 {
        var request = try session.sign([Guest.draft()])[0]
        request.body[3] ^= 1
        _ = try session.send([request])
        _ = try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000)
      }
    }
    #expect(try innocent.call(Guest.draft()).status == .ok)
  }
}
