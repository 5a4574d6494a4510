import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService
@testable import PassgateStore

typealias StatedDossier = PassgateDomain.Dossier
typealias StatedMaterial = PassgateDomain.Material

/// A keeper on files of its own, and callers with keys that only their ids tell apart.
final class DossierDesk {
  let clock = ManualClock()
  let logged = LoggedLines()
  let folder: TemporaryDirectory
  let keys: Published<RegistryKeyRing>
  let path: String
  private(set) var keeper: DossierKeeper

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("dossier.sqlite")
    keys = Published(try RegistryKeys([.fresh()]).ring())
    let log = Log(minimum: .info, clock: clock, sink: logged.take)
    keeper = DossierKeeper(try DossierStore(path: path), keys: keys, clock: clock, log: log)
  }

  /// A keeper on a copy of the files as they lie on the disk now, as after a kill.
  func killed(_ name: String, keys: Published<RegistryKeyRing>? = nil) throws -> DossierKeeper {
    let target = folder.path(name)
    try Files.writeDurably(try Files.read(path), to: target)
    try Files.writeDurably(try Files.read(path + "-wal"), to: target + "-wal")
    let log = Log(minimum: .info, clock: clock, sink: logged.take)
    return DossierKeeper(
      try DossierStore(path: target), keys: keys ?? self.keys, clock: clock, log: log)
  }

  static func keyID(_ key: UInt8) -> [UInt8] { [UInt8](repeating: key, count: 32) }

  func order(_ method: String, _ body: [UInt8], key: UInt8 = 1) -> Order {
    let zeros = [UInt8](repeating: 0, count: 32)
    let header = RequestHeader(
      deployment: .production, tenantID: "self", keyID: Self.keyID(key), algorithm: 1,
      method: "passgate.v1.\(method)", createdMilliseconds: 1, channelBinding: zeros, sequence: 1,
      bodyDigest: zeros, traceID: [UInt8](repeating: 0, count: 16))
    return Order(
      who: .anyone(keyID: Self.keyID(key)), header: header, leaf: zeros,
      request: Request(
        header: header.encoded(), body: body,
        signature: Signature(value: [1], treeSize: 1, leafIndex: 0, path: [])))
  }

  func put(
    _ document: [UInt8], _ range: Range<Int>, key: UInt8 = 1, digest: [UInt8]? = nil,
    byteCount: UInt64? = nil,
    with keeper: DossierKeeper? = nil
  ) -> Outcome {
    let body = PutDocumentRequest(
      salt: freshSalt(), digest: digest ?? sha256(document.span),
      byteCount: byteCount ?? UInt64(document.count),
      offset: UInt64(range.lowerBound), bytes: Array(document[range]))
    return (keeper ?? self.keeper).putDocument(order("Onboarding/PutDocument", body.encoded(), key: key))
  }

  /// Sends a whole document as a client does, and returns the last outcome.
  @discardableResult func upload(_ document: [UInt8], key: UInt8 = 1, digest: [UInt8]? = nil) -> Outcome {
    var outcome = Outcome.success([])
    for start in stride(from: 0, to: document.count, by: PutDocumentRequest.chunkLimit) {
      let range = start..<min(start + PutDocumentRequest.chunkLimit, document.count)
      outcome = put(document, range, key: key, digest: digest)
    }
    return outcome
  }

  func get(
    _ digest: [UInt8], of tenantID: String = "hotel", from offset: UInt64 = 0,
    with keeper: DossierKeeper? = nil
  ) -> Outcome {
    let body = GetDocumentRequest(salt: freshSalt(), tenantID: tenantID, digest: digest, offset: offset)
    return (keeper ?? self.keeper).getDocument(order("Supervision/GetDocument", body.encoded()))
  }

  func complain(
    _ text: String, about tenantID: String = "hotel", of organisation: String = "", operation: UInt8 = 1,
    key: UInt8 = 1
  ) throws(DossierFault) -> (caseID: [UInt8], digest: [UInt8]) {
    let complaint = ComplainRequest(
      salt: freshSalt(), operationID: [UInt8](repeating: operation, count: 16), tenantID: tenantID,
      organisation: organisation, text: text)
    return try keeper.seal(complaint: complaint, of: Self.keyID(key))
  }
}

extension Outcome {
  /// The field that a refusal names.
  var field: String? { reason == .noReason ? nil : try? Refusal(decoding: body.span).field }
  var nextOffset: UInt64? {
    reason == .noReason ? try? PutDocumentReply(decoding: body.span).nextOffset : nil
  }
  var page: GetDocumentReply? { reason == .noReason ? try? GetDocumentReply(decoding: body.span) : nil }
}

/// Documents as they are sent, recognisable wherever their bytes lie.
enum Papers {
  static let marker = "旅館業特種行業許可證 licence 91110000MA01"

  static func pdf(_ count: Int) -> [UInt8] {
    let line = Array((marker + "\n").utf8)
    let bytes = Array("%PDF-1.7\n".utf8) + (0..<(count / line.count + 1)).flatMap { _ in line }
    return Array(bytes.prefix(count))
  }

  static func dossier(_ papers: [(bytes: [UInt8], type: StatedMaterial.MediaType)]) throws -> StatedDossier {
    let day = try #require(CalendarDate(year: 2030, month: 1, day: 1))
    return StatedDossier(
      organisation: Organisation(name: "旅館", kind: .enterprise, creditCode: "91350100M000100Y43"), scopes: [],
      volume: Volume(checksPerDay: 1, peakPerMinute: 1),
      materials: papers.map { paper in
        StatedMaterial(
          kind: .organisationForm, mediaType: paper.type, title: "form", digest: sha256(paper.bytes.span),
          byteCount: UInt64(paper.bytes.count), expiresOn: day)
      })
  }
}
