import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire
import Testing

/// Claims about specimens, as the files that people write.
enum Claims {
  static let guest =
    #"{"documentType":"permit","number":"H1234567802","name":"陳美玲","birthDate":"1985-03-14"}"#
  static let impostor = guest.replacing("陳美玲", with: "陳美琳")
  static let superseded =
    #"{"documentType":"permit","number":"M2000002002","name":"麥健成","birthDate":"1965-02-11"}"#
  static let passenger =
    #"{"documentType":"passport","number":"EJ1234567","name":"HUANG ZHIQIANG","birthDate":"1979-11-02"}"#

  /// What no log, no error message and no store may show of the documents above.
  static let personalData = [
    "H1234567802", "H12345678", "陳美玲", "陳美琳", "1985-03-14", "CHAN, MEI LING", "M2000002002", "麥健成",
    "1965-02-11", "EJ1234567", "黄志强", "HUANG", "ZHIQIANG", "1979-11-02",
  ]

  /// The guest's claim, or one with another name, on the wire.
  static func wire(name: String = "陳美玲", number: String = "H1234567802") -> IdentityClaim {
    IdentityClaim(
      documentType: .permit, number: number, name: name, birthDate: "1985-03-14", sex: nil, expiry: "",
      mrz: [])
  }
}

/// The committed specimens.
enum Specimens {
  static let folder = Files.folder(of: Files.folder(of: #filePath)) + "/Specimens"
  static let registry = folder + "/registry.csv"
}

extension Session {
  static let verifyIdentity = "passgate.v1.Verification/VerifyIdentity"

  /// A check of this claim that has not been sent.
  func draft(_ claim: IdentityClaim = Claims.wire(), scene: String = "lodging") throws -> Draft {
    Draft(
      method: Self.verifyIdentity, scene: scene,
      body: VerifyIdentityRequest(salt: try randomBytes(16), claim: claim).encoded())
  }

  func verify(_ claim: IdentityClaim = Claims.wire(), scene: String = "lodging") throws -> Answer {
    try call(try draft(claim, scene: scene))
  }

  /// Every entry of the evidence, read with an officer's session.
  func evidence() throws -> [EvidenceEntry] {
    var entries: [EvidenceEntry] = []
    var after: UInt64 = 0
    while true {
      let request = ListEvidenceRequest(salt: try randomBytes(16), after: after, limit: 1_000, tenantID: "")
      let answer = try call(Draft(method: "passgate.v1.Supervision/ListEvidence", body: request.encoded()))
      let page = try ListEvidenceReply(decoding: answer.body.span)
      entries += page.records.flatMap(\.entries)
      if page.next == 0 { return entries }
      after = page.next
    }
  }

  /// The request digests of the evidence.
  func evidenceDigests() throws -> Set<[UInt8]> {
    Set(try evidence().map { try ResponseHeader(decoding: $0.responseHeader.span).requestDigest })
  }
}

extension Answer {
  /// The verdict of a check that was made.
  var verdict: IdentityVerdict {
    get throws { try VerifyIdentityReply(decoding: body.span).result }
  }
}

/// Notes which datum of the specimens a text shows.
func expectNoPersonalData(in text: String, _ place: SourceLocation = #_sourceLocation) {
  #expect(Claims.personalData.filter { text.contains($0) } == [], sourceLocation: place)
}
