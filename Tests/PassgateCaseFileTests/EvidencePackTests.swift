import PassgateCaseFile
import PassgateCrypto
import PassgateTestKit
import PassgateWire
import Testing

@Suite struct EvidencePackTests {
  private static func made() throws -> (CaseMaker, EvidencePack) {
    let maker = try CaseMaker()
    try maker.makeWhole()
    return (maker, try maker.pack())
  }

  private static func verify(_ pack: EvidencePack, _ maker: CaseMaker) throws -> PackSummary {
    pack.verify(try CaseTrust(anchors: [maker.authority.root]))
  }

  //= Measures art.15
  //= type=test
  @Test func aPackVerifiesWithTheRootAlone() throws {
    let (maker, pack) = try Self.made()
    let read = try EvidencePack(decoding: pack.encoded().span)
    #expect(read == pack)
    let summary = try Self.verify(read, maker)
    #expect(summary.isGood && summary.tenantID == "bank-a" && summary.law == maker.law)
    #expect(summary.events == 8 && summary.verifiedEvents == 8 && summary.uncheckedRequests == 5)
    #expect(summary.evidenceEntries == 4 && summary.verifiedEntries == 4)
    #expect(
      summary.firstAt == CaseMaker.start + 1_000 && summary.lastAt == maker.now
        && summary.statedAt == maker.now + 1)
  }

  @Test func aLargePackHasSeveralParts() throws {
    let (maker, pack) = try Self.made()
    let entry = try maker.evidence()
    let records = (1...4_001).map {
      EvidenceRecord(
        number: $0, atMilliseconds: 1, entries: $0 == 4_001 ? [entry] : [], unverified: [], gap: nil)
    }
    let large = EvidencePack(
      try maker.attest(), keyID: pack.keyID, events: maker.events, keys: [], records: records,
      exportedAt: 1, exporter: "o-1")
    #expect(large.parts.map(\.records.count) == [0, 4_000, 1])
    let summary = try Self.verify(EvidencePack(decoding: large.encoded().span), maker)
    #expect(summary.isGood && summary.evidenceEntries == 1)
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let problems: [String]
    let apply: @Sendable (inout EvidencePack, CaseMaker) throws -> Void
    var testDescription: String { name }

    init(
      _ name: String, _ problems: [String],
      _ apply: @escaping @Sendable (inout EvidencePack, CaseMaker) throws -> Void
    ) {
      (self.name, self.problems, self.apply) = (name, problems, apply)
    }
  }

  private static let noKey = "the key that signed it is not among the given ones, or has another algorithm"
  private static let badSignature = "its signature does not verify"
  private static let otherCount = "statement: it is about another number of events"

  static let changes = [
    Change("last event missing", [otherCount]) { pack, _ in pack.parts[0].events.removeLast() },
    Change("all events missing", ["file: there is no event"]) { pack, _ in pack.parts[0].events = [] },
    Change("event missing", ["event 4: its number does not follow", otherCount]) { pack, _ in
      pack.parts[0].events.remove(at: 3)
    },
    Change("reordered", ["event 4: its number does not follow", otherCount]) { pack, _ in
      pack.parts[0].events.swapAt(3, 4)
    },
    Change("withheld", ["event 6: it is withheld"]) { pack, _ in
      pack.parts[0].events[5] = pack.parts[0].events[5].withheld
    },
    Change("foreign signer", ["event 8: \(noKey)", otherCount]) { pack, maker in
      maker.forger = try FileSigner(.generate(.ecdsaP256SHA256), .ecdsaP256SHA256)
      pack.parts[0].events[7] = try maker.resigned(pack.parts[0].events[7]) { _ in }
    },
    Change("statement of a shorter case", ["statement: it is about another number of events"]) {
      pack, maker in
      let shorter = try maker.attest { $0.events = 7 }
      (pack.statement, pack.signature) = (shorter.statement, shorter.signature)
    },
    Change("statement of another end", ["statement: it is about another last event"]) { pack, maker in
      let other = try maker.attest { $0.head = CaseMaker.digest }
      (pack.statement, pack.signature) = (other.statement, other.signature)
    },
    Change("statement without its signature", ["statement: \(badSignature)"]) { pack, maker in
      pack.statement = try maker.attest { $0.atMilliseconds += 1 }.statement
    },
    Change("statement by no key", ["statement: \(noKey)"]) { pack, _ in pack.keyID = CaseMaker.digest },
    Change("evidence of another tenant", [evidence("it belongs to another tenant")]) { pack, maker in
      pack.parts[1].records[1].entries[0] = try maker.evidence(tenantID: "bank-b")
    },
    Change(
      "reply to another request", [evidence("it was ordered by another request than the one that is given")]
    ) {
      pack, _ in
      let other = pack.parts[1].records[1].entries[1]
      pack.parts[1].records[1].entries[0].requestHeader = other.requestHeader
    },
    Change("changed reply", [evidence(badSignature)]) { pack, _ in
      let other = pack.parts[1].records[1].entries[1]
      pack.parts[1].records[1].entries[0].responseSignature = other.responseSignature
    },
    Change("changed request signature", [evidence("the signature of its request does not verify")]) {
      pack, _ in
      let other = pack.parts[1].records[1].entries[1]
      pack.parts[1].records[1].entries[0].requestSignature = other.requestSignature
    },
    Change("reply that states another algorithm", [evidence(noKey)]) { pack, maker in
      pack.parts[1].records[1].entries[0] = try maker.evidence(algorithm: 2)
    },
    Change("entry that does not decode", [evidence("it does not decode")]) { pack, _ in
      pack.parts[1].records[1].entries[0].responseHeader = [0xFF]
    },
    Change("repeated call", [evidence("the same call stands in the file before")]) { pack, _ in
      pack.parts[1].records[1].entries[0] = pack.parts[1].records[0].entries[0]
    },
    Change(
      "call under the tenant's id by a key of its own",
      [evidence("its request was signed by somebody else than who acted")]
    ) { pack, maker in
      pack.parts[1].records[1].entries[0] = try maker.evidence(by: maker.applicant)
    },
    Change(
      "call that was not believed", [evidence("its request was signed by somebody else than who acted")]
    ) { pack, maker in
      pack.parts[1].records[1].entries[0] = try maker.evidence(reason: .notAuthentic)
    },
    Change("repeated record", ["evidence record 1: its number is not above the one before"]) { pack, _ in
      pack.parts[1].records[1].number = 1
    },
  ]

  private static func evidence(_ fault: String) -> String { "evidence record 2, entry 0: \(fault)" }

  @Test(arguments: changes) func aChangeIsAmongTheProblems(_ change: Change) throws {
    var (maker, pack) = try Self.made()
    try change.apply(&pack, maker)
    let summary = try Self.verify(pack, maker)
    let found = summary.problems.map(\.description)
    #expect(!summary.isGood && found.count == change.problems.count)
    for (found, expected) in zip(found, change.problems) { #expect(found.hasPrefix(expected)) }
  }

  /// Anybody can have the platform's public key certified by an authority of its own, as often as a file holds it.
  @Test func strangeCertificatesOfTheRightKeyDoNotStandInTheWay() throws {
    var (maker, pack) = try Self.made()
    let strange = try TestAuthority().issue(.replySigning, key: maker.platform.key)
    let key = ReplyKey(state: .active, algorithm: 1, certificates: strange.chain.map(\.der))
    pack.keys = [ReplyKey](repeating: key, count: 100) + pack.keys + pack.keys
    #expect(try Self.verify(pack, maker).isGood)
    pack.keys = [key]
    let summary = try Self.verify(pack, maker)
    #expect(summary.problems.first?.fault == .untrustedKey && summary.verifiedEntries == 0)
  }

  @Test func withoutItsKeysNothingVerifies() throws {
    var (maker, pack) = try Self.made()
    pack.keys = []
    let summary = try Self.verify(pack, maker)
    #expect(summary.verifiedEvents == 0 && summary.verifiedEntries == 0 && !summary.isGood)
  }

  @Test func noBeginningOfTheFileIsAPack() throws {
    let (maker, pack) = try Self.made()
    let bytes = pack.encoded()
    for count in stride(from: 0, to: bytes.count, by: 7) {
      guard let read = try? EvidencePack(decoding: bytes.span.extracting(first: count)) else { continue }
      // Cut between the last fields, which are notes.
      #expect(try read.parts == pack.parts || !Self.verify(read, maker).isGood)
    }
  }

  /// All but the notes, which nobody signs, and `ReplyKey.state`. Every 53rd byte is tried.
  @Test func aChangedByteIsFound() throws {
    let (maker, pack) = try Self.made()
    var bytes = pack.encoded()
    for index in stride(from: 0, to: bytes.count, by: 53) {
      bytes[index] ^= 0x02
      defer { bytes[index] ^= 0x02 }
      guard let read = try? EvidencePack(decoding: bytes.span) else { continue }
      let trust = try CaseTrust(
        anchors: [maker.authority.root], callers: maker.officers.values.map(\.publicKey))
      let isFound = !read.verify(trust).isGood
      #expect(isFound || Self.withoutNotes(read) == Self.withoutNotes(pack), "byte \(index)")
    }
  }

  private static func withoutNotes(_ pack: EvidencePack) -> EvidencePack {
    var pack = pack
    (pack.exporter, pack.exportedMilliseconds) = ("", 0)
    for index in pack.keys.indices { pack.keys[index].state = .active }
    for part in pack.parts.indices {
      for record in pack.parts[part].records.indices {
        pack.parts[part].records[record].number = 0
        pack.parts[part].records[record].atMilliseconds = 0
        for entry in pack.parts[part].records[record].entries.indices {
          pack.parts[part].records[record].entries[entry].verdicts = []
        }
      }
    }
    return pack
  }
}
