import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService
@testable import PassgateStore

@Suite struct DossierUploadTests {
  private let desk: DossierDesk
  private let chunk = PutDocumentRequest.chunkLimit

  init() throws { desk = try DossierDesk() }

  //= Measures art.6(1)
  //= type=test
  @Test func aDocumentComesInChunksAndIsReadBack() throws {
    let document = Papers.pdf(12 * chunk + 17)
    #expect(desk.upload(document).nextOffset == UInt64(document.count))
    let dossier = try Papers.dossier([(document, .pdf)])
    #expect(try desk.keeper.missing(dossier, of: DossierDesk.keyID(1)).isEmpty)
    try desk.keeper.claim(dossier, of: DossierDesk.keyID(1), for: "hotel")
    var read: [UInt8] = []
    while read.count < document.count {
      let page = try #require(desk.get(sha256(document.span), from: UInt64(read.count)).page)
      #expect(page.byteCount == UInt64(document.count))
      #expect(page.bytes.count == min(256 * 1_024, document.count - read.count))
      read += page.bytes
    }
    #expect(read == document)
  }

  @Test func anyOffsetButTheNextIsAnsweredWithIt() {
    let document = Papers.pdf(3 * chunk)
    #expect(desk.put(document, chunk..<2 * chunk).nextOffset == 0)
    for _ in 0..<2 { #expect(desk.put(document, 0..<chunk).nextOffset == UInt64(chunk)) }
    #expect(desk.put(document, 2 * chunk..<3 * chunk).nextOffset == UInt64(chunk))
    #expect(desk.put(document, chunk..<2 * chunk).nextOffset == UInt64(2 * chunk))
    #expect(desk.put(document, 2 * chunk..<3 * chunk).nextOffset == UInt64(3 * chunk))
    #expect(desk.put(document, 2 * chunk..<3 * chunk).nextOffset == UInt64(3 * chunk))
  }

  @Test func bytesThatAreNotTheDigestsAreForgottenWhole() throws {
    let document = Papers.pdf(chunk + 10)
    let digest = DossierDesk.keyID(9)
    let refused = desk.upload(document, digest: digest)
    #expect(refused.reason == .uploadRefused && refused.field == "digest")
    #expect(desk.put(document, chunk..<chunk + 10, digest: digest).nextOffset == 0)
  }

  @Test func aDocumentHasSixteenMebibytesAtMost() {
    let limit: UInt64 = 16 * 1_024 * 1_024
    let bytes = Papers.pdf(chunk)
    let refused = desk.put(bytes, 0..<chunk, byteCount: limit + 1)
    #expect(refused.reason == .uploadRefused && refused.field == "byte_count")
    #expect(desk.put(bytes, 0..<chunk, byteCount: limit).nextOffset == UInt64(chunk))
  }

  @Test func theLengthIsFixedByTheFirstChunk() {
    let document = Papers.pdf(2 * chunk)
    _ = desk.put(document, 0..<chunk)
    let refused = desk.put(document, chunk..<2 * chunk, byteCount: UInt64(2 * chunk + 1))
    #expect(refused.reason == .uploadRefused && refused.field == "byte_count")
  }

  @Test(
    arguments: [(19_999, 0..<20_000), (19_999, 10_000..<20_000), (5_000, 6_000..<10_096)]
      as [(UInt64, Range<Int>)])
  func aChunkLiesInItsDocument(_ byteCount: UInt64, _ range: Range<Int>) {
    let document = Papers.pdf(20_000)
    let refused = desk.put(document, range, byteCount: byteCount)
    #expect(refused.reason == .uploadRefused && refused.field == "offset")
  }

  @Test func onlyTheLastChunkMayBeSmall() {
    let document = Papers.pdf(8_192 + 1)
    let refused = desk.put(document, 0..<4_095)
    #expect(refused.reason == .uploadRefused && refused.field == "bytes")
    #expect(desk.put(document, 0..<4_096).nextOffset == 4_096)
    #expect(desk.put(document, 4_096..<8_192).nextOffset == 8_192)
    #expect(desk.put(document, 8_192..<8_193).nextOffset == 8_193)
  }

  @Test func aKeyHasThirtyTwoOpenUploads() {
    let document = Papers.pdf(2 * chunk)
    for number in 0..<32 as Range<UInt8> {
      #expect(desk.put(document, 0..<chunk, digest: DossierDesk.keyID(number)).nextOffset == UInt64(chunk))
    }
    let refused = desk.put(document, 0..<chunk, digest: DossierDesk.keyID(32))
    #expect(refused.reason == .uploadRefused && refused.field == "digest")
    #expect(desk.put(document, 0..<chunk, key: 2).nextOffset == UInt64(chunk))
  }

  @Test func aKeyDeclaresSixtyFourMebibytes() {
    let document = Papers.pdf(chunk)
    for number in 0..<4 as Range<UInt8> {
      #expect(
        desk.put(document, 0..<chunk, digest: DossierDesk.keyID(number), byteCount: 16 << 20).nextOffset
          == UInt64(chunk))
    }
    let refused = desk.put(document, 0..<chunk)
    #expect(refused.reason == .uploadRefused && refused.field == "digest")
  }

  @Test func anUploadOfNoCaseIsDroppedAfterSevenDays() throws {
    let old = Papers.pdf(5_000)
    desk.upload(old)
    desk.clock.advance(milliseconds: 7 * 86_400_000 + 1)
    desk.upload(Papers.pdf(6_000))
    let dossier = try Papers.dossier([(old, .pdf), (Papers.pdf(6_000), .pdf)])
    #expect(try desk.keeper.missing(dossier, of: DossierDesk.keyID(1)) == [sha256(old.span)])
  }

  @Test func timeAloneDropsThemToo() throws {
    for number in 0..<100 { desk.upload(Papers.pdf(20 + number)) }
    desk.clock.advance(milliseconds: 7 * 86_400_000 + 1)
    desk.upload(Papers.pdf(6_000))
    desk.keeper.purge()
    let left = try desk.keeper.store.state.withLock {
      try $0.database.integer("SELECT count(*) FROM documents")
    }
    #expect(left == 1)
  }

  @Test func aBodyThatDoesNotDecodeIsNamed() {
    let outcome = desk.keeper.putDocument(desk.order("Onboarding/PutDocument", [0xFF]))
    #expect(outcome.reason == .malformedBody)
  }

  // MARK: Crashes

  @Test func aKillBetweenAnyTwoChunksLosesNothingAcknowledged() throws {
    let document = Papers.pdf(4 * chunk + 9)
    for part in 0...4 {
      let range = part * chunk..<min((part + 1) * chunk, document.count)
      #expect(desk.put(document, range).nextOffset == UInt64(range.upperBound))
      let keeper = try desk.killed("killed-\(part)")
      for next in part...4 {
        let range = next * chunk..<min((next + 1) * chunk, document.count)
        #expect(desk.put(document, range, with: keeper).nextOffset == UInt64(range.upperBound))
      }
      try keeper.claim(Papers.dossier([(document, .pdf)]), of: DossierDesk.keyID(1), for: "hotel")
    }
  }

  @Test(arguments: [true, false])
  func aKillBeforeTheDigestWasCheckedChecksItAtTheRepeat(_ isGood: Bool) throws {
    let document = Papers.pdf(5_000)
    let digest = isGood ? sha256(document.span) : DossierDesk.keyID(9)
    let path = desk.folder.path("unchecked.sqlite")
    let address = DocumentAddress(keyID: DossierDesk.keyID(1), digest: digest)
    let sealed = try SealingCipher(desk.keys.read(), for: .document)
      .seal(document, at: address.place(offset: 0, byteCount: 5_000))
    let store = try DossierStore(path: path)
    _ = try store.append(
      DocumentChunk(offset: 0, byteCount: 5_000, sealed: sealed), to: address, byteCount: 5_000,
      limits: DocumentLimits.limits, at: desk.clock.wallMilliseconds())
    let log = Log(minimum: .info, clock: desk.clock, sink: desk.logged.take)
    let keeper = DossierKeeper(store, keys: desk.keys, clock: desk.clock, log: log)
    let outcome = desk.put(document, 0..<5_000, digest: digest, with: keeper)
    #expect(isGood ? outcome.nextOffset == 5_000 : outcome.field == "digest")
    #expect(try (store.document(address)?.isComplete == true) == isGood)
  }
}

@Suite struct DossierClaimTests {
  private let desk: DossierDesk
  private let key = DossierDesk.keyID(1)
  private let pdf = Papers.pdf(60_000)
  private let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
  private let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16]

  init() throws {
    desk = try DossierDesk()
    for document in [pdf, png, jpeg] { desk.upload(document) }
  }

  private func fault(_ dossier: StatedDossier, of key: [UInt8]? = nil) -> DossierFault? {
    do throws(DossierFault) {
      try desk.keeper.claim(dossier, of: key ?? self.key, for: "hotel")
      return nil
    } catch {
      return error
    }
  }

  @Test func everyTypeIsKnownByItsBeginning() throws {
    #expect(fault(try Papers.dossier([(pdf, .pdf), (png, .png), (jpeg, .jpeg)])) == nil)
  }

  //= Measures art.6(1)
  //= type=test
  @Test(arguments: [0, 1, 2], StatedMaterial.MediaType.allCases)
  func aDocumentIsWhatItIsDeclared(_ index: Int, _ type: StatedMaterial.MediaType) throws {
    let documents = [pdf, jpeg, png]
    let isRight = Int(type.rawValue) == index + 1
    let fault = fault(try Papers.dossier([(pdf, .pdf), (documents[index], type)]))
    #expect(
      fault == (isRight ? nil : DossierFault(reason: .dossierRefused, field: "materials[1].media_type")))
    #expect((desk.get(sha256(pdf.span)).reason == .noReason) == isRight)
  }

  @Test(
    arguments: [
      (.pdf, Array("%PDF-".utf8)), (.jpeg, [0xFF, 0xD8, 0xFF]),
      (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    ] as [(StatedMaterial.MediaType, [UInt8])])
  func everyByteOfABeginningCounts(_ type: StatedMaterial.MediaType, _ beginning: [UInt8]) {
    #expect(StatedMaterial.MediaType(beginning: beginning + [7]) == type)
    for index in beginning.indices {
      #expect(StatedMaterial.MediaType(beginning: Array(beginning.prefix(index))) == nil)
      var other = beginning
      other[index] ^= 0x20
      #expect(StatedMaterial.MediaType(beginning: other) == nil)
    }
  }

  @Test func aDocumentThatIsNotUploadedWholeIsNamed() throws {
    let partial = Papers.pdf(10_000)
    _ = desk.put(partial, 0..<5_000)
    let dossier = try Papers.dossier([(pdf, .pdf), (partial, .pdf)])
    #expect(fault(dossier) == DossierFault(reason: .documentMissing, field: "materials[1].digest"))
    #expect(try desk.keeper.missing(dossier, of: key) == [sha256(partial.span)])
    #expect(desk.get(sha256(pdf.span)).reason == .documentMissing)
  }

  @Test func anothersUploadIsNobodyElses() throws {
    let dossier = try Papers.dossier([(pdf, .pdf)])
    #expect(
      fault(dossier, of: DossierDesk.keyID(2))
        == DossierFault(reason: .documentMissing, field: "materials[0].digest"))
    #expect(try desk.keeper.missing(dossier, of: DossierDesk.keyID(2)) == [sha256(pdf.span)])
  }

  @Test func theStatedLengthIsTheDocuments() throws {
    var dossier = try Papers.dossier([(pdf, .pdf)])
    dossier.materials[0].byteCount += 1
    #expect(fault(dossier) == DossierFault(reason: .dossierRefused, field: "materials[0].byte_count"))
  }

  @Test func aClaimedDocumentStaysForGood() throws {
    let dossier = try Papers.dossier([(pdf, .pdf)])
    for _ in 0..<2 { #expect(fault(dossier) == nil) }
    desk.clock.advance(milliseconds: 365 * 86_400_000)
    desk.upload(Papers.pdf(4_000))
    #expect(desk.get(sha256(pdf.span)).page?.byteCount == 60_000)
    #expect(try desk.keeper.missing(Papers.dossier([(png, .png)]), of: key) == [sha256(png.span)])
  }

  @Test func officersReadWhatTheyMayAndNothingElse() throws {
    #expect(fault(try Papers.dossier([(pdf, .pdf)])) == nil)
    let digest = sha256(pdf.span)
    #expect(desk.get(digest, of: "inn").reason == .documentMissing)
    #expect(desk.get(digest, of: "bank").reason == .documentMissing)
    #expect(desk.get(sha256(png.span)).reason == .documentMissing)
    #expect(desk.get(digest, from: 59_999).page?.bytes == [pdf[59_999]])
    #expect(desk.get(digest, from: 60_000).page?.bytes == [])
    for offset in [60_001, .max] as [UInt64] { #expect(desk.get(digest, from: offset).field == "offset") }
  }
}

@Suite struct DossierSecrecyTests {
  private let desk: DossierDesk
  private let pdf = Papers.pdf(60_000)
  private let complaint = "這家旅館向客人收取認證費用 they charge for it"

  init() throws { desk = try DossierDesk() }

  private func fill() throws {
    desk.upload(pdf)
    _ = try desk.complain(complaint, of: "大酒店 Grand Hotel")
    try desk.keeper.claim(Papers.dossier([(pdf, .pdf)]), of: DossierDesk.keyID(1), for: "hotel")
  }

  @Test func nothingReadableIsInTheFiles() throws {
    try fill()
    let files = try Files.read(desk.path) + Files.read(desk.path + "-wal")
    let text = String(decoding: files, as: UTF8.self)
    for word in [Papers.marker, "許可證", "licence", "%PDF-", "收取", "charge", "Grand Hotel"] {
      #expect(!text.contains(word))
    }
    // That the search would find it: the tenant's id is no secret.
    #expect(text.contains("hotel"))
  }

  @Test func anotherSecretOpensNothing() throws {
    try fill()
    let other = try desk.killed("stolen", keys: Published(RegistryKeys([.fresh()]).ring()))
    let outcome = desk.get(sha256(pdf.span), with: other)
    #expect(outcome.reason == .registryUnavailable)
    #expect(desk.logged.all.contains { $0.contains("dossier_unreadable") })
  }

  @Test func eachUseHasAKeyOfItsOwn() throws {
    let sealed = try SealingCipher(desk.keys.read(), for: .document).seal([1, 2, 3], at: [])
    #expect(try SealingCipher(desk.keys.read(), for: .document).open(sealed, at: []) == [1, 2, 3])
    #expect(throws: CryptoError.self) {
      try SealingCipher(desk.keys.read(), for: .complaint).open(sealed, at: [])
    }
    #expect(throws: CryptoError.self) {
      try SealingCipher(desk.keys.read(), for: .record).open(sealed, at: [])
    }
  }

  @Test(arguments: 0..<4) func aChunkOpensInItsOwnPlaceAlone(_ change: Int) throws {
    let cipher = try SealingCipher(desk.keys.read(), for: .document)
    func place(_ key: UInt8, _ digest: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> [UInt8] {
      DocumentAddress(keyID: DossierDesk.keyID(key), digest: DossierDesk.keyID(digest))
        .place(offset: offset, byteCount: byteCount)
    }
    let sealed = try cipher.seal([7], at: place(1, 2, 3, 4))
    #expect(try cipher.open(sealed, at: place(1, 2, 3, 4)) == [7])
    let others = [place(9, 2, 3, 4), place(1, 9, 3, 4), place(1, 2, 9, 4), place(1, 2, 3, 9)]
    #expect(throws: CryptoError.self) { try cipher.open(sealed, at: others[change]) }
  }

  @Test func everyByteOfASealedChunkCounts() throws {
    let cipher = try SealingCipher(desk.keys.read(), for: .document)
    let sealed = try cipher.seal([7, 8], at: [1])
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: CryptoError.self) { try cipher.open(changed, at: [1]) }
    }
  }
}

@Suite struct ComplaintTests {
  private let desk: DossierDesk

  init() throws { desk = try DossierDesk() }

  //= Measures art.11
  //= type=test
  @Test func aComplaintIsKeptUnderACaseIDAndReadByItsDigest() throws {
    let kept = try desk.complain("They charge a fee.", of: "Grand Hotel")
    #expect(kept.caseID.count == 16)
    let text = Array("Grand Hotel\n\nThey charge a fee.".utf8)
    #expect(kept.digest == sha256(text.span))
    #expect(desk.get(kept.digest).page?.bytes == text)
    #expect(desk.get(kept.digest, from: 13).page?.bytes == Array(text.dropFirst(13)))
    #expect(desk.get(kept.digest, of: "bank").reason == .documentMissing)
    #expect(desk.get(kept.digest, from: 1_000).field == "offset")
  }

  @Test func withoutANameTheTextStandsAlone() throws {
    let text = Array("They charge a fee.".utf8)
    #expect(try desk.complain("They charge a fee.").digest == sha256(text.span))
  }

  @Test func aRepeatGetsTheSameCaseID() throws {
    let first = try desk.complain("They charge a fee.").caseID
    #expect(try desk.complain("They charge a fee.").caseID == first)
    #expect(try desk.complain("They charge a fee.", key: 2).caseID != first)
    #expect(try desk.complain("They charge a fee.", operation: 2).caseID != first)
    #expect(throws: DossierFault(reason: .operationConflict, field: "operation_id")) {
      try desk.complain("They charge two fees.")
    }
  }
}

@Suite struct DossierTroubleTests {
  @Test func aCompleteDocumentIsNotReadAgainForARepeat() throws {
    let desk = try DossierDesk()
    let document = Papers.pdf(5_000)
    desk.upload(document)
    try desk.keeper.store.state.withLock { try $0.database.execute("DELETE FROM chunks") }
    #expect(desk.put(document, 0..<5_000).nextOffset == 5_000)
  }

  @Test func aLostChunkIsSaidAndLogged() throws {
    let desk = try DossierDesk()
    let document = Papers.pdf(3 * 5_000)
    for start in [0, 5_000] { _ = desk.put(document, start..<start + 5_000) }
    try desk.keeper.store.state.withLock { try $0.database.execute("DELETE FROM chunks WHERE start = 5000") }
    #expect(desk.put(document, 10_000..<15_000).reason == .registryUnavailable)
    #expect(desk.logged.all.contains { $0.contains("a chunk is missing") })
  }

  @Test func aStoreThatCannotWriteIsSaidAndLogged() throws {
    let desk = try DossierDesk()
    let document = Papers.pdf(5_000)
    let store = try DossierStore(path: desk.folder.path("broken.sqlite"))
    try store.state.withLock { try $0.database.execute("PRAGMA query_only = ON") }
    let log = Log(minimum: .info, clock: desk.clock, sink: desk.logged.take)
    let keeper = DossierKeeper(store, keys: desk.keys, clock: desk.clock, log: log)
    let outcome = desk.put(document, 0..<5_000, with: keeper)
    #expect(outcome.reason == .registryUnavailable)
    #expect(desk.logged.all.contains { $0.contains("dossier_store_failed") })
  }
}
