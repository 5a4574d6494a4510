import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateTestKit
import PassgateWire
import Testing

private typealias CaseAct = PassgateDomain.CaseAct

@Suite struct CaseFileTests {
  /// A case of eight events: 1 apply, 2 review, 3 assess, 4 requestCertificate, 5 registerCertificate, 6 complain,
  /// 7 propose, 8 terminate.
  private static func whole() throws -> CaseMaker {
    let maker = try CaseMaker()
    try maker.makeWhole()
    return maker
  }

  @Test func aCaseIsReadAndFolded() throws {
    let maker = try Self.whole()
    let file = try CaseFile(maker.events, trust: try maker.trust(knowsOfficers: true))
    #expect(file.law == maker.law && file.law.state == .terminated)
    #expect(file.entries.map(\.number) == Array(1...8) && file.head == maker.events[7].digest)
    #expect(file.entries.allSatisfy { $0.proof == .verified })
    #expect(file.owner == maker.applicant.publicKey.keyID)
  }

  @Test func withoutOfficersKeysTheirRequestsRestOnThePlatformsWord() throws {
    let maker = try Self.whole()
    let file = try CaseFile(maker.events, trust: try maker.trust())
    #expect(
      file.entries.map(\.proof) == [
        .verified, .unchecked, .unchecked, .verified, .unchecked, .verified, .unchecked, .unchecked,
      ])
  }

  @Test func aCaseIsReadInPages() throws {
    let maker = try Self.whole()
    let trust = try maker.trust()
    var file = try CaseFile(Array(maker.events.prefix(3)), trust: trust)
    #expect(file.law.state == .debugging)
    try file.append(Array(maker.events.dropFirst(3)), trust: trust)
    #expect(file.law == maker.law)
  }

  @Test func theTenantFoldsWithoutWhatIsWithheld() throws {
    let maker = try Self.whole()
    let events = maker.events.enumerated().map { $0 == 5 || $0 == 6 ? $1.withheld : $1 }
    let file = try CaseFile(events, trust: try maker.trust())
    #expect(file.law.state == .terminated && file.entries[6].event == nil && file.law.lastNumber == 8)
    // Their digests are part of the chain.
    var forged = events
    forged[5].digest = CaseMaker.digest
    #expect(try fault(forged, maker) == nil, "the next is withheld too")
    forged = events
    forged[6].digest = CaseMaker.digest
    #expect(try fault(forged, maker) == .otherPrevious)
  }

  @Test func aStatementHoldsTheEnd() throws {
    let maker = try Self.whole()
    let trust = try maker.trust()
    let file = try CaseFile(maker.events, trust: trust)
    let keyID = maker.platform.certificate.publicKey.keyID
    let shorter = try CaseFile(Array(maker.events.dropLast()), trust: trust)
    func check(_ file: CaseFile, _ reply: AttestCaseReply) -> CaseFileError.Fault? {
      do {
        _ = try file.check(
          statement: reply.statement, signature: reply.signature, keyID: keyID, trust: trust)
        return nil
      } catch { return error.fault }
    }
    #expect(check(file, try maker.attest()) == nil)
    #expect(check(shorter, try maker.attest()) == .otherCount)
    #expect(check(file, try maker.attest { $0.events = 7 }) == .otherCount)
    #expect(check(file, try maker.attest { $0.head = CaseMaker.digest }) == .otherHead)
    #expect(check(file, try maker.attest { $0.tenantID = "bank-b" }) == .otherTenant)
    #expect(check(file, try maker.attest { $0.atMilliseconds = maker.now - 1 }) == .tooEarly)
    var forged = try maker.attest()
    forged.statement = try maker.attest { $0.events = 9 }.statement
    #expect(check(file, forged) == .badSignature)
  }

  // MARK: Whatever is changed is found

  struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let fault: CaseFileError.Fault
    let event: UInt64
    let apply: @Sendable (inout [SignedEvent], CaseMaker) throws -> Void
    var testDescription: String { name }

    init(
      _ name: String, _ fault: CaseFileError.Fault, at event: UInt64,
      _ apply: @escaping @Sendable (inout [SignedEvent], CaseMaker) throws -> Void
    ) {
      (self.name, self.fault, self.event, self.apply) = (name, fault, event, apply)
    }
  }

  static let changes = [
    Change("missing first", .unlawful, at: 1) { events, _ in events.removeFirst() },
    Change("missing event", .otherNumber, at: 3) { events, _ in events.remove(at: 2) },
    Change("reordered", .otherNumber, at: 3) { events, _ in events.swapAt(2, 3) },
    Change("repeated", .otherNumber, at: 3) { events, _ in events.insert(events[1], at: 2) },
    Change("first withheld", .withheld, at: 1) { events, _ in events[0] = events[0].withheld },
    Change("changed event", .otherDigest, at: 3) { events, _ in events[2].event[20] ^= 1 },
    Change("changed event with its digest", .badSignature, at: 3) { events, _ in
      events[2] = try changed(events[2]) { $0.atMilliseconds += 1 }
    },
    Change("no event", .undecodable, at: 3) { events, _ in
      let bytes: [UInt8] = [0xFF]
      events[2].event = bytes
      events[2].digest = sha256(bytes.span)
    },
    Change("changed signature", .badSignature, at: 3) { events, _ in
      events[2].signature?.value[10] ^= 1
    },
    Change("signature of another event", .badSignature, at: 3) { events, _ in
      events[2].signature = events[3].signature
    },
    Change("unknown key", .unknownKey, at: 3) { events, _ in events[2].keyID = CaseMaker.digest },
    Change("signed by somebody else", .unknownKey, at: 3) { events, maker in
      maker.forger = try FileSigner(.generate(.ecdsaP256SHA256), .ecdsaP256SHA256)
      events[2] = try maker.resigned(events[2]) { _ in }
    },
    Change("key that is not for replies", .untrustedKey, at: 3) { events, maker in
      maker.forger = try FileSigner(maker.stray.key, .ecdsaP256SHA256)
      events[2] = try maker.resigned(events[2]) { _ in }
    },
    Change("other previous", .otherPrevious, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.previous = CaseMaker.digest }
    },
    Change("first with a previous", .otherPrevious, at: 1) { events, maker in
      events[0] = try maker.resigned(events[0]) { $0.previous = CaseMaker.digest }
    },
    Change("gap", .otherNumber, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.number = 4 }
    },
    Change("other tenant", .otherTenant, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.tenantID = "bank-b" }
    },
    Change("unlawful step", .unlawful, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.to = .open }
    },
    Change("unlawful clause", .unlawful, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.clause = PassgateWire.Clause(article: 9, item: 0) }
    },
    Change("no request", .requestMissing, at: 3) { events, _ in
      events[2].requestHeader = []
      events[2].requestBody = []
      events[2].requestSignature = nil
    },
    Change("no body", .requestMissing, at: 3) { events, _ in events[2].requestBody = [] },
    Change("changed header", .otherRequest, at: 3) { events, _ in
      events[2].requestHeader = events[1].requestHeader
    },
    Change("header that does not decode", .requestUndecodable, at: 3) { events, _ in
      events[2].requestHeader = [0xFF]
    },
    Change("changed body", .otherBody, at: 3) { events, _ in events[2].requestBody = events[1].requestBody },
    Change("changed request signature", .badRequestSignature, at: 4) { events, _ in
      events[3].requestSignature?.value[10] ^= 1
    },
    Change("changed officer's signature", .badRequestSignature, at: 3) { events, _ in
      events[2].requestSignature?.value[10] ^= 1
    },
    Change("other act than ordered", .otherAct, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.act = .open }
    },
    Change("other evidence than ordered", .otherAct, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.evidence = [CaseMaker.digest] }
    },
    Change("other termination than proposed", .otherAct, at: 8) { events, maker in
      events[7] = try maker.resigned(events[7]) { $0.act = .terminate(text: "u") }
    },
    Change("less evidence than confirmed", .otherAct, at: 8) { events, maker in
      events[7] = try maker.resigned(events[7]) { $0.evidence = [CaseMaker.digest] }
    },
    Change("one officer instead of two", .otherAct, at: 8) { events, maker in
      events[7] = try maker.resigned(events[7]) { $0.actors.removeFirst() }
    },
    Change("another officer", .otherSigner, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.actors[0].officer = "o-2" }
    },
    Change("the tenant instead of an officer", .otherSigner, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) {
        $0.actors = [PassgateWire.CaseActor(kind: .tenant, officer: "", keyID: [])]
      }
    },
    Change("another complainant", .otherSigner, at: 6) { events, maker in
      events[5] = try maker.resigned(events[5]) { $0.actors[0].keyID = CaseMaker.digest }
    },
    Change("another key than the one that applied", .otherSigner, at: 4) { events, maker in
      let stranger = try FileSigner(.generate(.ed25519), .ed25519)
      events[3] = try maker.reordered(events[3], by: stranger) { header, _ in
        (header.keyID, header.publicKey) = (stranger.publicKey.keyID, stranger.publicKey.spki)
      }
    },
    Change("another key under the id of the one that applied", .badRequestSignature, at: 4) { events, maker in
      let stranger = try FileSigner(.generate(.ed25519), .ed25519)
      events[3] = try maker.reordered(events[3], by: stranger) { header, _ in
        header.publicKey = stranger.publicKey.spki
      }
    },
    Change("method of another act", .otherAct, at: 3) { events, maker in
      events[2] = try maker.reordered(events[2], by: maker.officer) { header, _ in
        header.method = "passgate.v1.Supervision/Open"
      }
    },
    Change("method that there is not", .otherAct, at: 3) { events, maker in
      events[2] = try maker.reordered(events[2], by: maker.officer) { header, _ in header.method = "a/B" }
    },
    Change("request about another tenant", .otherAct, at: 3) { events, maker in
      events[2] = try maker.reordered(events[2], by: maker.officer) { _, body in body.tenantID = "bank-b" }
    },
    Change("request on other grounds", .otherAct, at: 7) { events, maker in
      events[6] = try maker.reordered(events[6], by: maker.officer) { _, body in
        body.clause = PassgateWire.Clause(article: 14, item: 3)
      }
    },
    Change("request whose act cannot be", .requestUndecodable, at: 3) { events, maker in
      events[2] = try maker.reordered(events[2], by: maker.officer) { _, body in
        body.act = .expireMaterial(kind: 6)
      }
    },
    Change("complaint by another method", .otherAct, at: 6) { events, maker in
      events[5] = try maker.reordered(events[5], by: maker.applicant) { header, _ in
        header.method = "passgate.v1.Onboarding/Apply"
      }
    },
    Change("request of an event without", .requestUnexpected, at: 3) { events, maker in
      events[2] = try maker.resigned(events[2]) { $0.requestDigest = [] }
    },
  ]

  @Test(arguments: changes) func aChangeIsFoundAndNamed(_ change: Change) throws {
    let maker = try Self.whole()
    var events = maker.events
    try change.apply(&events, maker)
    let trust = try maker.trust(knowsOfficers: true)
    trust.learn([maker.strayKey])
    let error = #expect(throws: CaseFileError.self) { try CaseFile(events, trust: trust) }
    #expect(error?.fault == change.fault && error?.place == .event(change.event), "\(error as Any)")
    #expect("\(error as Any)".contains("event \(change.event)"))
  }

  @Test func aRequestOrdersOneEvent() throws {
    let maker = try CaseMaker()
    try maker.makeWhole()
    for _ in 0..<2 { try maker.act(.inspect(text: "i"), by: .officer("o-1")) }
    let (first, second) = (maker.events[8], maker.events[9])
    let digest = try PassgateWire.CaseEvent(decoding: first.event.span).requestDigest
    #expect(try fault(maker.events, maker) == nil)
    maker.events[9] = try maker.resigned(second) { $0.requestDigest = digest }
    (maker.events[9].requestHeader, maker.events[9].requestBody) = (first.requestHeader, first.requestBody)
    maker.events[9].requestSignature = first.requestSignature
    #expect(try fault(maker.events, maker) == .repeatedRequest)
  }

  @Test func aKeyCountsAtTheTimeOfTheEvent() throws {
    let start = Int64(CaseMaker.start / 1000)
    for (validity, isGood) in [
      (start - 10...start + 100, true), (start + 3...start + 100, false), (start - 10...start + 3, false),
    ] {
      let maker = try CaseMaker(validity: validity)
      try maker.makeWhole()
      #expect(try fault(maker.events, maker) == (isGood ? nil : .untrustedKey))
    }
  }

  @Test func anotherRootIsNotThePlatforms() throws {
    let maker = try Self.whole()
    let trust = try CaseTrust(anchors: [try TestAuthority().root])
    trust.learn([maker.platformKey])
    #expect(throws: CaseFileError.self) { try CaseFile(maker.events, trust: trust) }
  }

  @Test func noEventsAreNoCase() throws {
    let trust = try CaseMaker().trust()
    let error = #expect(throws: CaseFileError.self) { try CaseFile([], trust: trust) }
    #expect(error?.description == "file: there is no event")
  }

  private func fault(_ events: [SignedEvent], _ maker: CaseMaker) throws -> CaseFileError.Fault? {
    do {
      _ = try CaseFile(events, trust: try maker.trust())
      return nil
    } catch { return (error as? CaseFileError)?.fault }
  }
}

/// The event with other content, its digest right and its signature left as it was.
func changed(
  _ signed: SignedEvent, _ change: (inout PassgateWire.CaseEvent) -> Void
) throws -> SignedEvent {
  var event = try PassgateWire.CaseEvent(decoding: signed.event.span)
  change(&event)
  var result = signed
  let bytes = event.encoded()
  result.event = bytes
  result.digest = sha256(bytes.span)
  return result
}

extension CaseMaker {
  /// The event with other content, signed anew by the platform or by who forges.
  func resigned(
    _ signed: SignedEvent, _ change: (inout PassgateWire.CaseEvent) -> Void
  ) throws -> SignedEvent {
    var result = try changed(signed, change)
    let anew = try sign(result.event, nil)
    (result.signature, result.keyID) = (anew.signature, anew.keyID)
    return result
  }

  /// The event as another request would have ordered it, all signed in order.
  func reordered(
    _ signed: SignedEvent, by signer: FileSigner,
    _ change: (inout RequestHeader, inout ActRequest) -> Void
  ) throws -> SignedEvent {
    var header = try RequestHeader(decoding: signed.requestHeader.span)
    let isSealed = signed.requestBody.isEmpty
    var body =
      isSealed
      ? ActRequest(
        salt: Self.digest, operationID: [], tenantID: "", clause: nil, act: .open, evidence: [])
      : try ActRequest(decoding: signed.requestBody.span)
    change(&header, &body)
    let bytes = isSealed ? [] : body.encoded()
    if !isSealed { header.bodyDigest = sha256(bytes.span) }
    let encoded = header.encoded()
    let digest = try Self.leaf(.request, encoded, signer)
    var result = try resigned(signed) { $0.requestDigest = digest }
    (result.requestHeader, result.requestBody) = (encoded, bytes)
    result.requestSignature = try Self.sign(.request, encoded, by: signer)
    return result
  }
}
