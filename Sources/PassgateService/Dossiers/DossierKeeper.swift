import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateWire

/// Why the keeper refuses.
struct DossierFault: Error, Equatable {
  let reason: Reason
  /// The field at fault, never its value.
  var field = ""
  /// Milliseconds, when waiting helps.
  var retryAfter: UInt32 = 0

  var outcome: Outcome { .refusal(reason, field: field, retryAfter: retryAfter) }
}

/// Documents of dossiers and complaints, sealed: what strangers send in and officers read. Runs on the worker.
struct DossierKeeper: Sendable {
  let store: DossierStore
  private let keys: Published<RegistryKeyRing>
  private let clock: any Clock
  private let log: Log

  /// - Parameter keys: those of the production deployment's registry.
  init(_ store: DossierStore, keys: Published<RegistryKeyRing>, clock: any Clock, log: Log) {
    self.store = store
    self.keys = keys
    self.clock = clock
    self.log = log
  }

  // MARK: Upload

  /// Takes a chunk of a document of the calling key. A chunk that is not the one expected stores nothing, and the
  /// reply names the offset to continue from; a document whose bytes are not its digest's is forgotten whole.
  //= Measures art.6(1)
  func putDocument(_ order: Order) -> Outcome {
    answer { () throws(DossierFault) in
      let body = try Self.body(PutDocumentRequest.self, order)
      try Self.check(body)
      let address = DocumentAddress(keyID: order.header.keyID, digest: body.digest)
      let document = try append(body, to: address)
      if document.received == document.byteCount, !document.isComplete { try verify(document) }
      return PutDocumentReply(salt: freshSalt(), nextOffset: document.received).encoded()
    }
  }

  private static func check(_ body: PutDocumentRequest) throws(DossierFault) {
    guard body.byteCount <= DossierRules.documentBytes.upperBound else {
      throw DossierFault(reason: .uploadRefused, field: "byte_count")
    }
    let count = UInt64(body.bytes.count)
    guard body.offset <= body.byteCount, count <= body.byteCount - body.offset else {
      throw DossierFault(reason: .uploadRefused, field: "offset")
    }
    guard body.bytes.count >= DocumentLimits.smallestChunk || body.offset + count == body.byteCount else {
      throw DossierFault(reason: .uploadRefused, field: "bytes")
    }
  }

  private func append(_ body: PutDocumentRequest, to address: DocumentAddress) throws(DossierFault)
    -> DossierDocument
  {
    let place = address.place(offset: body.offset, byteCount: body.byteCount)
    let chunk = DocumentChunk(
      offset: body.offset, byteCount: UInt64(body.bytes.count),
      sealed: try seal(body.bytes, at: place, for: .document))
    let step = try stored { () throws(StoreError) in
      try store.append(
        chunk, to: address, byteCount: body.byteCount, limits: DocumentLimits.limits,
        at: clock.wallMilliseconds())
    }
    switch step {
    case .at(let document): return document
    case .otherLength: throw DossierFault(reason: .uploadRefused, field: "byte_count")
    case .keyFull: throw DossierFault(reason: .uploadRefused, field: "digest")
    case .storeFull:
      log.warning("uploads_full")
      throw DossierFault(reason: .overloaded, retryAfter: 3_600_000)
    }
  }

  /// Compares a whole upload with its digest, chunk by chunk.
  private func verify(_ document: DossierDocument) throws(DossierFault) {
    let hasher = try working { () throws(CryptoError) in try Hasher(.sha256) }
    var offset: UInt64 = 0
    while offset < document.byteCount {
      let part = try read(document, from: offset, until: offset + 1)
      guard !part.isEmpty else { throw unreadable("a chunk is missing") }
      hasher.update(part.span)
      offset += UInt64(part.count)
    }
    let address = document.address
    if hasher.finish() == address.digest {
      return try stored { () throws(StoreError) in try store.markComplete(address) }
    }
    try stored { () throws(StoreError) in try store.drop(address) }
    throw DossierFault(reason: .uploadRefused, field: "digest")
  }

  // MARK: Cases

  /// The digests of the dossier's materials that this key has not uploaded whole.
  func missing(_ dossier: PassgateDomain.Dossier, of keyID: [UInt8]) throws(DossierFault) -> [[UInt8]] {
    var missing: [[UInt8]] = []
    for material in dossier.materials where try document(material, of: keyID) == nil {
      missing.append(material.digest)
    }
    return missing
  }

  /// Ties the dossier's documents to the tenant's case, durably, when they are whole and what they are said to be.
  /// Call it before the step is recorded: tying again does no harm, and an untied document would be dropped.
  func claim(_ dossier: PassgateDomain.Dossier, of keyID: [UInt8], for tenantID: String) throws(DossierFault)
  {
    for (index, material) in dossier.materials.enumerated() {
      try check(material, of: keyID, path: "materials[\(index)]")
    }
    let digests = dossier.materials.map(\.digest)
    let missing = try stored { () throws(StoreError) in
      try store.claim(digests, of: keyID, for: tenantID)
    }
    guard missing.isEmpty else { throw DossierFault(reason: .documentMissing, field: "materials") }
  }

  private func check(_ material: PassgateDomain.Material, of keyID: [UInt8], path: String)
    throws(DossierFault)
  {
    guard let document = try document(material, of: keyID) else {
      throw DossierFault(reason: .documentMissing, field: "\(path).digest")
    }
    guard document.byteCount == material.byteCount else {
      throw DossierFault(reason: .dossierRefused, field: "\(path).byte_count")
    }
    guard Material.MediaType(beginning: try read(document, from: 0, until: 1)) == material.mediaType else {
      throw DossierFault(reason: .dossierRefused, field: "\(path).media_type")
    }
  }

  /// The complete document of a material.
  private func document(_ material: PassgateDomain.Material, of keyID: [UInt8]) throws(DossierFault)
    -> DossierDocument?
  {
    let address = DocumentAddress(keyID: keyID, digest: material.digest)
    let document = try stored { () throws(StoreError) in try store.document(address) }
    return document.flatMap { $0.isComplete ? $0 : nil }
  }

  /// Drops some of the uploads that no case has taken in time, briefly. Begun uploads do so too; this is for times
  /// when there are none.
  func purge() {
    _ = try? stored { () throws(StoreError) in
      try store.purge(limits: DocumentLimits.limits, at: clock.wallMilliseconds())
    }
  }

  // MARK: Officers

  /// Gives an officer a page of a document of a case, or the text of a complaint about its tenant, by digest.
  func getDocument(_ order: Order) -> Outcome {
    answer { () throws(DossierFault) in
      let body = try Self.body(GetDocumentRequest.self, order)
      let page = try page(of: body)
      return GetDocumentReply(salt: freshSalt(), bytes: page.bytes, byteCount: page.byteCount).encoded()
    }
  }

  private func page(of body: GetDocumentRequest) throws(DossierFault) -> (bytes: [UInt8], byteCount: UInt64) {
    let found = try stored { () throws(StoreError) in
      try store.document(digest: body.digest, ofTenant: body.tenantID)
    }
    if let found {
      guard body.offset <= found.byteCount else { throw Self.beyondEnd }
      let bytes = try read(found, from: body.offset, until: body.offset + DocumentLimits.pageBytes)
      return (Array(bytes.prefix(Int(DocumentLimits.pageBytes))), found.byteCount)
    }
    guard let text = try complaint(body.digest, about: body.tenantID) else {
      throw DossierFault(reason: .documentMissing, field: "digest")
    }
    guard body.offset <= UInt64(text.count) else { throw Self.beyondEnd }
    return (Array(text.dropFirst(Int(body.offset))), UInt64(text.count))
  }

  private static let beyondEnd = DossierFault(reason: .malformedBody, field: "offset")

  /// The bytes of the range, and of the chunks that hold it what lies behind its start.
  private func read(_ document: DossierDocument, from: UInt64, until: UInt64) throws(DossierFault) -> [UInt8]
  {
    let chunks = try stored { () throws(StoreError) in
      try store.chunks(of: document.address, from: from, until: until)
    }
    var bytes: [UInt8] = []
    for chunk in chunks {
      let place = document.address.place(offset: chunk.offset, byteCount: document.byteCount)
      let opened = try open(chunk.sealed, at: place, for: .document)
      bytes += opened.dropFirst(chunk.offset < from ? Int(from - chunk.offset) : 0)
    }
    return bytes
  }
}

// MARK: Complaints

extension DossierKeeper {
  /// Seals and stores anybody's complaint, durably. A repeat of the operation gets the first case id again.
  /// - Returns: its case id, and the SHA-256 of its text as `getDocument` gives it: the organisation's name as the
  ///   complainant states it, an empty line, what is complained of; the last alone where no name is stated.
  //= Measures art.11
  func seal(complaint: ComplainRequest, of keyID: [UInt8]) throws(DossierFault)
    -> (caseID: [UInt8], digest: [UInt8])
  {
    let name = complaint.organisation.isEmpty ? "" : complaint.organisation + "\n\n"
    let text = Array((name + complaint.text).utf8)
    let digest = sha256(text.span)
    let caseID = try working { () throws(CryptoError) in try randomBytes(16) }
    let row = ComplaintRow(
      caseID: caseID, keyID: keyID, operationID: complaint.operationID, tenantID: complaint.tenantID,
      at: clock.wallMilliseconds(), digest: digest, sealed: try seal(text, at: caseID, for: .complaint))
    return (try stored { () throws(StoreError) in try store.keep(row) }, digest)
  }

  /// A page of the complaints, for officers; their texts are read by digest.
  func listComplaints(_ order: Order) -> Outcome {
    answer { () throws(DossierFault) in
      let body = try Self.body(ListComplaintsRequest.self, order)
      let rows = try stored { () throws(StoreError) in
        try store.complaints(after: body.after, limit: DocumentLimits.complaintPage + 1)
      }
      let page = rows.prefix(DocumentLimits.complaintPage)
      return ListComplaintsReply(
        salt: freshSalt(), complaints: page.map { ComplaintSummary($0) },
        next: rows.count > page.count ? page.last?.number ?? 0 : 0
      ).encoded()
    }
  }

  fileprivate func complaint(_ digest: [UInt8], about tenantID: String) throws(DossierFault) -> [UInt8]? {
    let kept = try stored { () throws(StoreError) in try store.complaint(digest: digest, about: tenantID) }
    guard let kept else { return nil }
    return try open(kept.sealed, at: kept.caseID, for: .complaint)
  }
}

extension ComplaintSummary {
  fileprivate init(_ row: ListedComplaint) {
    self.init(
      number: row.number, caseID: row.caseID, atMilliseconds: row.at, tenantID: row.tenantID,
      digest: row.digest)
  }
}

// MARK: Faults

extension DossierKeeper {
  fileprivate func answer(_ body: () throws(DossierFault) -> [UInt8]) -> Outcome {
    do throws(DossierFault) { return .success(try body()) } catch { return error.outcome }
  }

  fileprivate static func body<Body: WireMessage>(_: Body.Type, _ order: Order) throws(DossierFault) -> Body {
    do throws(BodyFault) {
      return try Body.body(order.request.body)
    } catch {
      throw DossierFault(reason: .malformedBody, field: error.field)
    }
  }

  private static let unavailable = DossierFault(reason: .registryUnavailable, retryAfter: 1_000)

  fileprivate func stored<Result>(_ act: () throws(StoreError) -> Result) throws(DossierFault) -> Result {
    do throws(StoreError) {
      return try act()
    } catch .alreadyRecorded {
      throw DossierFault(reason: .operationConflict, field: "operation_id")
    } catch {
      log.error("dossier_store_failed", ["problem": .string("\(error)")])
      throw Self.unavailable
    }
  }

  fileprivate func working<Result>(_ act: () throws(CryptoError) -> Result) throws(DossierFault) -> Result {
    do throws(CryptoError) { return try act() } catch { throw unreadable(error.description) }
  }

  fileprivate func unreadable(_ problem: String) -> DossierFault {
    log.error("dossier_unreadable", ["problem": .string(problem)])
    return Self.unavailable
  }

  fileprivate func seal(_ bytes: [UInt8], at place: [UInt8], for use: SealingCipher.Use) throws(DossierFault)
    -> [UInt8]
  {
    try working { () throws(CryptoError) in try SealingCipher(keys.read(), for: use).seal(bytes, at: place)
    }
  }

  fileprivate func open(_ sealed: [UInt8], at place: [UInt8], for use: SealingCipher.Use) throws(DossierFault)
    -> [UInt8]
  {
    try working { () throws(CryptoError) in
      try SealingCipher(keys.read(), for: use).open(sealed, at: place)
    }
  }
}
