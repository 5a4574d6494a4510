import PassgateDomain
import PassgateEngines
import PassgateWire
import Testing

@testable import passgate_lab

@Suite struct AlterationTests {
  private static let header = RequestHeader(
    deployment: .sandbox, tenantID: "hotel", keyID: [UInt8](repeating: 1, count: 32), algorithm: 1,
    method: "passgate.v1.Verification/VerifyIdentity", sceneID: "lodging", createdMilliseconds: 1_000,
    channelBinding: [UInt8](repeating: 2, count: 32), sequence: 7,
    bodyDigest: [UInt8](repeating: 3, count: 32), traceID: [UInt8](repeating: 4, count: 16))

  @Test func everyFieldOfTheHeaderHasAnAlterationOfItsOwn() throws {
    var changed: Set<String> = []
    for case let alteration in RequestAlteration.all {
      guard case .header(let change) = alteration.act else { continue }
      var header = Self.header
      change(&header)
      changed.formUnion(Self.differences(header, Self.header))
      #expect(Self.differences(header, Self.header).count == 1, "\(alteration.name)")
      // What does not decode would be refused for that alone.
      #expect(try RequestHeader(decoding: header.encoded().span) == header)
    }
    #expect(changed == Set(Mirror(reflecting: Self.header).children.compactMap(\.label)))
  }

  private static func differences(_ left: RequestHeader, _ right: RequestHeader) -> [String] {
    zip(Mirror(reflecting: left).children, Mirror(reflecting: right).children)
      .filter { "\($0.value)" != "\($1.value)" }.compactMap(\.0.label)
  }

  @Test func everyRequestAlterationChangesTheRequest() {
    let good = Request(
      header: Self.header.encoded(), body: [1, 2, 3],
      signature: Signature(value: [4, 5], treeSize: 1, leafIndex: 0, path: []))
    for alteration in RequestAlteration.all {
      guard case .request(let change) = alteration.act else { continue }
      var request = good
      change(&request)
      #expect(request != good, "\(alteration.name)")
    }
  }

  @Test func namesAreUnique() {
    #expect(Set(RequestAlteration.all.map(\.name)).count == RequestAlteration.all.count)
    #expect(Set(ReplyAlteration.all.map(\.name)).count == ReplyAlteration.all.count)
  }
}

@Suite struct LifelikeClaimsTests {
  @Test(arguments: [0, 1, 10, 100]) func soManyOfAHundredAreWrong(_ percent: Int) {
    let claims = LifelikeClaims(records: RecordGenerator(seed: 3), wrongPercent: percent)
    #expect((0..<100).filter(claims.isWrong).count == percent)
  }

  @Test func aClaimIsAboutItsRecordAndWrongInTheBirthDateAlone() throws {
    let records = RecordGenerator(seed: 3)
    for percent in [0, 100] {
      let claims = LifelikeClaims(records: records, wrongPercent: percent)
      for index in 0..<50 {
        let (claim, record) = (try claims.claim(at: index), try records.record(at: index))
        #expect(claim.number == record.number.text)
        #expect((claim.birthDate == record.birthDate.iso) == (percent == 0))
      }
    }
  }
}
