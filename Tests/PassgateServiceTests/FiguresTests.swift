import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire
import Testing

@testable import PassgateService

/// What both sides are told of a tenant's traffic.
struct FiguresTests {
  private func figures(_ service: String, over session: ClientSession) throws -> ClientAnswer {
    let body = GetFiguresRequest(salt: freshSalt(), tenantID: "hotel")
    return try session.call(
      ClientDraft(method: "passgate.v1.\(service)/GetFigures", body: body.encoded()))
  }

  private func told(_ answer: ClientAnswer) throws -> GetFiguresReply {
    var reply = try GetFiguresReply(decoding: answer.body.span)
    reply.salt = []
    return reply
  }

  /// Twenty checks a day, four weeks long.
  private func watch(_ platform: TestPlatform) throws {
    let traffic = try #require(try platform.service(of: .production).traffic)
    for day in 0..<29 {
      let at = platform.clock.wallMilliseconds() + UInt64(day) * 86_400_000
      traffic.take(
        (0..<UInt32(20)).map { number in
          TrafficNote(
            tenantID: "hotel", quota: PassgateDomain.Volume(checksPerDay: 1_000, peakPerMinute: 100),
            observation: TrafficObservation(
              at: at, document: UInt64(number) << 40,
              serial: SerialNumber(series: 1, number: number &* 7_919),
              name: UInt64(number) << 32, birth: number, isInconsistent: false, scene: 1, signer: 1))
        })
    }
  }

  //= Measures art.10
  //= type=test
  @Test func bothSidesAreToldTheSame() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.comeToAgreement()
    let before = try told(figures("Onboarding", over: hotel.own()))
    #expect(before.measured == nil && before.quota == nil)
    try hotel.agree(hotel.agreement())
    try hotel.connect(to: .production)
    try hotel.act(.open, by: "legal")
    try watch(platform)
    let after = try told(figures("Onboarding", over: hotel.own()))
    #expect(after.quota == PassgateWire.Volume(Applicant.quota))
    #expect(after.measured == PassgateWire.Volume(checksPerDay: 20, peakPerMinute: 20))
    #expect(try told(figures("Supervision", over: hotel.officer("reviewer"))) == after)
  }

  @Test func nobodyElseIsTold() throws {
    let platform = try TestPlatform.lawful()
    let hotel = try Applicant(platform)
    try hotel.apply()
    let stranger = try hotel.own(.generate(.ed25519), .ed25519)
    #expect(try figures("Onboarding", over: stranger).reason == .noSuchCase)
    #expect(try figures("Supervision", over: hotel.officer("registrar")).reason == .notPermitted)
  }
}
