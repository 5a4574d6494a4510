import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

@testable import PassgateStore

@Suite("Documents of dossiers")
struct DossierStoreTests {
  static let day: UInt64 = 86_400_000
  let folder: TemporaryDirectory
  let path: String
  let store: DossierStore
  let limits = DossierLimits(
    openUploadsOfKey: 3, documentsOfKey: 6, unclaimedBytesOfKey: 100_000, bytesOfKey: 150_000,
    unclaimedBytes: 200_000, unclaimedAge: 7 * day)

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("dossier.sqlite")
    store = try DossierStore(path: path)
  }

  private func address(_ document: UInt8 = 1, of key: UInt8 = 1) -> DocumentAddress {
    DocumentAddress(
      keyID: [UInt8](repeating: key, count: 32), digest: [UInt8](repeating: document, count: 32))
  }

  private func chunk(_ range: Range<UInt64>) -> DocumentChunk {
    DocumentChunk(
      offset: range.lowerBound, byteCount: UInt64(range.count),
      sealed: range.map { UInt8(truncatingIfNeeded: $0) })
  }

  @discardableResult private func put(
    _ range: Range<UInt64>, of total: UInt64, to address: DocumentAddress, at: UInt64 = day,
    in store: DossierStore? = nil, limits: DossierLimits? = nil
  ) throws -> UploadStep {
    try (store ?? self.store).append(
      chunk(range), to: address, byteCount: total, limits: limits ?? self.limits, at: at)
  }

  private func progress(_ received: UInt64, of total: UInt64, _ address: DocumentAddress) -> UploadStep {
    .at(DossierDocument(address: address, byteCount: total, received: received, isComplete: false))
  }

  /// A whole document, found good.
  @discardableResult private func complete(_ total: UInt64, _ address: DocumentAddress, at: UInt64 = day)
    throws -> UploadStep
  {
    let step = try put(0..<total, of: total, to: address, at: at)
    try store.markComplete(address)
    return step
  }

  // MARK: Order

  @Test func chunksComeInOrder() throws {
    #expect(try put(0..<10, of: 25, to: address()) == progress(10, of: 25, address()))
    #expect(try put(10..<20, of: 25, to: address()) == progress(20, of: 25, address()))
    #expect(try put(20..<25, of: 25, to: address()) == progress(25, of: 25, address()))
    #expect(
      try store.chunks(of: address(), from: 0, until: 25) == [chunk(0..<10), chunk(10..<20), chunk(20..<25)])
  }

  @Test(arguments: [0..<10, 5..<15, 15..<20, 11..<25, 24..<25] as [Range<UInt64>])
  func anyOtherOffsetStoresNothingAndTellsTheOneExpected(_ range: Range<UInt64>) throws {
    try put(0..<10, of: 25, to: address())
    #expect(try put(range, of: 25, to: address()) == progress(10, of: 25, address()))
    #expect(try store.chunks(of: address(), from: 0, until: 25) == [chunk(0..<10)])
  }

  @Test func anUploadBeginsAtItsStart() throws {
    #expect(try put(10..<20, of: 25, to: address()) == progress(0, of: 25, address()))
    #expect(try store.document(address()) == nil)
  }

  @Test func theFirstChunkFixesTheLength() throws {
    try put(0..<10, of: 25, to: address())
    #expect(try put(10..<20, of: 26, to: address()) == .otherLength)
    #expect(try put(10..<20, of: 25, to: address()) == progress(20, of: 25, address()))
  }

  @Test func keysDoNotShareUploads() throws {
    try put(0..<10, of: 25, to: address(of: 1))
    #expect(try put(10..<20, of: 25, to: address(of: 2)) == progress(0, of: 25, address(of: 2)))
  }

  @Test(
    arguments: [
      (0..<1, [0]), (9..<10, [0]), (10..<11, [10]), (9..<11, [0, 10]), (12..<25, [10, 20]), (25..<30, [20]),
    ] as [(Range<UInt64>, [UInt64])])
  func aRangeGivesTheChunksThatHoldIt(_ range: Range<UInt64>, _ offsets: [UInt64]) throws {
    for start in [0, 10, 20] as [UInt64] { try put(start..<min(start + 10, 25), of: 25, to: address()) }
    let chunks = try store.chunks(of: address(), from: range.lowerBound, until: range.upperBound)
    #expect(chunks.map(\.offset) == offsets)
  }

  @Test func aDroppedUploadBeginsAnew() throws {
    try put(0..<10, of: 10, to: address())
    try store.drop(address())
    #expect(try store.document(address()) == nil)
    #expect(try store.chunks(of: address(), from: 0, until: 10).isEmpty)
    #expect(try put(0..<5, of: 9, to: address()) == progress(5, of: 9, address()))
  }

  // MARK: Limits

  @Test func aKeyHasSoManyOpenUploads() throws {
    for document in 1...3 as ClosedRange<UInt8> { try put(0..<1, of: 2, to: address(document)) }
    #expect(try put(0..<1, of: 2, to: address(4)) == .keyFull)
    #expect(try put(0..<1, of: 2, to: address(4, of: 2)) == progress(1, of: 2, address(4, of: 2)))
    try put(1..<2, of: 2, to: address(1))
    try store.markComplete(address(1))
    #expect(try put(0..<1, of: 2, to: address(4)) == progress(1, of: 2, address(4)))
  }

  @Test func aKeyHasSoManyDocuments() throws {
    for document in 1...6 as ClosedRange<UInt8> { try complete(2, address(document)) }
    #expect(try put(0..<1, of: 2, to: address(7)) == .keyFull)
  }

  @Test func whatAKeyDeclaresCounts() throws {
    try put(0..<1, of: 60_000, to: address(1))
    #expect(try put(0..<1, of: 40_001, to: address(2)) == .keyFull)
    #expect(try put(0..<1, of: 40_000, to: address(2)) == progress(1, of: 40_000, address(2)))
  }

  @Test func documentsOfACaseCountAgainstALimitOfTheirOwn() throws {
    try complete(90_000, address(1))
    #expect(try put(0..<1, of: 20_000, to: address(2)) == .keyFull)
    #expect(try store.claim([address(1).digest], of: address().keyID, for: "hotel").isEmpty)
    #expect(try put(0..<1, of: 60_001, to: address(2)) == .keyFull)
    #expect(try put(0..<1, of: 60_000, to: address(2)) == progress(1, of: 60_000, address(2)))
  }

  @Test func allUploadsTogetherHaveALimitThatClaimsAndTimeMakeRoomIn() throws {
    for key in 1...2 as ClosedRange<UInt8> {
      try complete(98_000, address(of: key), at: UInt64(key) * Self.day)
    }
    #expect(try put(0..<5_000, of: 5_000, to: address(of: 3)) == .storeFull)
    #expect(
      try put(0..<1, of: 5_000, to: address(of: 3), at: 9 * Self.day)
        == progress(1, of: 5_000, address(of: 3)))
    #expect(try store.document(address(of: 1)) == nil)
    #expect(try put(0..<98_000, of: 98_000, to: address(of: 4), at: 2 * Self.day) == .storeFull)
    _ = try store.claim([address().digest], of: address(of: 2).keyID, for: "hotel")
    #expect(
      try put(0..<98_000, of: 98_000, to: address(of: 4), at: 2 * Self.day)
        == progress(98_000, of: 98_000, address(of: 4)))
  }

  @Test func aRowCountsAsAPage() throws {
    var tight = limits
    tight.unclaimedBytes = 2 * 4_096
    for key in 1...2 as ClosedRange<UInt8> { try put(0..<1, of: 2, to: address(of: key), limits: tight) }
    #expect(try put(0..<1, of: 2, to: address(of: 3), limits: tight) == .storeFull)
    #expect(try put(1..<2, of: 2, to: address(of: 1), limits: tight) == progress(2, of: 2, address(of: 1)))
    try store.drop(address(of: 1))
    #expect(try put(0..<1, of: 2, to: address(of: 3), limits: tight) == progress(1, of: 2, address(of: 3)))
  }

  @Test func theWeightOfAllUploadsSurvivesAReopening() throws {
    let path = folder.path("again.sqlite")
    var tight = limits
    tight.unclaimedBytes = 10_000
    try put(0..<10_000, of: 10_001, to: address(), in: DossierStore(path: path), limits: tight)
    let again = try DossierStore(path: path)
    #expect(try put(10_000..<10_001, of: 10_001, to: address(), in: again, limits: tight) == .storeFull)
  }

  // MARK: Claims and time

  @Test func onlyCompleteDocumentsAreTiedAndAllOrNone() throws {
    try complete(10, address(1))
    try put(0..<10, of: 10, to: address(2))
    let digests = [address(1), address(2), address(3)].map(\.digest)
    #expect(
      try store.claim(digests, of: address().keyID, for: "hotel") == [address(2).digest, address(3).digest])
    #expect(try store.document(digest: address(1).digest, ofTenant: "hotel") == nil)
    #expect(
      try store.claim([address(1).digest], of: address(of: 2).keyID, for: "hotel") == [address(1).digest])
  }

  @Test func aTiedDocumentIsTheCasesAlone() throws {
    try complete(10, address(1))
    for _ in 0..<2 {
      #expect(try store.claim([address(1).digest], of: address().keyID, for: "hotel").isEmpty)
    }
    let found = try store.document(digest: address(1).digest, ofTenant: "hotel")
    #expect(found?.address == address(1) && found?.isComplete == true)
    #expect(try store.document(digest: address(1).digest, ofTenant: "bank") == nil)
  }

  @Test func aTiedDocumentIsNeverDropped() throws {
    try complete(10, address(1))
    try complete(10, address(2))
    _ = try store.claim([address(1).digest], of: address().keyID, for: "hotel")
    try store.drop(address(1))
    #expect(try store.purge(limits: limits, at: 9 * Self.day) == 1)
    #expect(try store.document(digest: address(1).digest, ofTenant: "hotel") != nil)
    #expect(try store.chunks(of: address(1), from: 0, until: 10).count == 1)
    #expect(try store.document(address(2)) == nil)
  }

  @Test(arguments: [(0, true), (1, false)] as [(UInt64, Bool)])
  func anUploadIsDroppedAfterSevenDays(_ later: UInt64, _ stays: Bool) throws {
    try put(0..<1, of: 2, to: address(), at: Self.day)
    try store.purge(limits: limits, at: 8 * Self.day + later)
    #expect(try (store.document(address()) != nil) == stays)
  }

  @Test func timeDropsALittleAtOnceAndTheOldestFirst() throws {
    let mebibyte: UInt64 = 1_024 * 1_024
    let wide = DossierLimits(
      openUploadsOfKey: 9, documentsOfKey: 9, unclaimedBytesOfKey: 64 * mebibyte, bytesOfKey: 64 * mebibyte,
      unclaimedBytes: 64 * mebibyte, unclaimedAge: limits.unclaimedAge)
    for document in 1...4 as ClosedRange<UInt8> {
      let whole = DocumentChunk(offset: 0, byteCount: 16 * mebibyte, sealed: [document])
      _ = try store.append(
        whole, to: address(document), byteCount: 16 * mebibyte, limits: wide, at: 9 - UInt64(document))
    }
    for (dropped, left) in [(2, [1, 2]), (2, []), (0, [])] as [(Int, [UInt8])] {
      #expect(try store.purge(limits: wide, at: 30 * Self.day) == dropped)
      let found = try (1...4 as ClosedRange<UInt8>).filter { try store.document(address($0)) != nil }
      #expect(found == left)
    }
  }

  // MARK: Crashes

  /// A copy of the store as it lies on the disk now, as a kill at this moment would leave it.
  private func copy(as name: String) throws -> DossierStore {
    let target = folder.path(name)
    try Files.writeDurably(try Files.read(path), to: target)
    try Files.writeDurably(try Files.read(path + "-wal"), to: target + "-wal")
    return try DossierStore(path: target)
  }

  @Test func nothingAcknowledgedIsLost() throws {
    for start in 0..<10 as Range<UInt64> {
      try put(start * 10..<(start + 1) * 10, of: 100, to: address())
      let killed = try copy(as: "killed-\(start)")
      #expect(try killed.document(address())?.received == (start + 1) * 10)
      #expect(try killed.chunks(of: address(), from: 0, until: 100).count == Int(start) + 1)
      let next = try put((start + 1) * 10..<100, of: 100, to: address(), in: killed)
      #expect(next == progress(100, of: 100, address()) || start == 9)
    }
    try store.markComplete(address())
    _ = try store.claim([address().digest], of: address().keyID, for: "hotel")
    #expect(try copy(as: "claimed").document(digest: address().digest, ofTenant: "hotel")?.isComplete == true)
  }

  @Test func aChunkThatFoundNoRoomLeavesItsUploadAsItWas() throws {
    try put(0..<10, of: 90_000, to: address())
    try store.state.withLock { try $0.database.leaveRoom(pages: 0) }
    #expect(throws: StoreError.full(place: "dossier store \(path)")) {
      try put(10..<90_000, of: 90_000, to: address())
    }
    #expect(try store.document(address())?.received == 10)
    try store.state.withLock { try $0.database.liftLimit() }
    #expect(try put(10..<90_000, of: 90_000, to: address()) == progress(90_000, of: 90_000, address()))
  }
}

@Suite("Complaints")
struct ComplaintStoreTests {
  let folder: TemporaryDirectory
  let store: DossierStore

  init() throws {
    folder = try TemporaryDirectory()
    store = try DossierStore(path: folder.path("dossier.sqlite"))
  }

  private func complaint(
    case id: UInt8 = 1, operation: UInt8 = 1, of key: UInt8 = 1, about tenantID: String = "hotel",
    digest: UInt8 = 1
  ) -> ComplaintRow {
    ComplaintRow(
      caseID: [UInt8](repeating: id, count: 16), keyID: [UInt8](repeating: key, count: 32),
      operationID: [UInt8](repeating: operation, count: 16), tenantID: tenantID, at: 1,
      digest: [UInt8](repeating: digest, count: 32), sealed: [id])
  }

  @Test func aRepeatGetsTheFirstCaseID() throws {
    #expect(try store.keep(complaint(case: 1)) == complaint(case: 1).caseID)
    #expect(try store.keep(complaint(case: 2)) == complaint(case: 1).caseID)
    #expect(try store.keep(complaint(case: 3, operation: 2)) == complaint(case: 3).caseID)
    #expect(try store.keep(complaint(case: 4, of: 2)) == complaint(case: 4).caseID)
  }

  @Test func anOperationIsGoodForOneComplaint() throws {
    _ = try store.keep(complaint())
    #expect(throws: StoreError.alreadyRecorded) { try store.keep(complaint(case: 2, digest: 2)) }
    #expect(throws: StoreError.alreadyRecorded) { try store.keep(complaint(case: 2, about: "bank")) }
  }

  @Test func aComplaintIsFoundByTenantAndDigest() throws {
    _ = try store.keep(complaint(case: 7))
    let found = try store.complaint(digest: complaint().digest, about: "hotel")
    #expect(found?.caseID == complaint(case: 7).caseID && found?.sealed == [7])
    #expect(try store.complaint(digest: complaint().digest, about: "bank") == nil)
  }
}
