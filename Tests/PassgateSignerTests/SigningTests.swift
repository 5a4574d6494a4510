import PassgateCrypto
import PassgateRPC
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import passgate_signer

@Suite struct SigningTests {
  let desk: Desk

  init() throws { desk = try Desk() }

  @Test func allHeadersOfATickShareOneSignature() throws {
    let (first, second) = (desk.headers(3), desk.headers(2))
    let other = desk.peer(desk.identities.ticketing, slot: 1)
    let replies = desk.replies([
      desk.call(desk.peer(desk.identities.ticketing), .signRequests(headers: first)),
      desk.call(other, .signRequests(headers: second)),
    ])
    let signatures = try replies.flatMap { try #require($0.signatures) }
    #expect(signatures.count == 5)
    #expect(Set(signatures.map(\.value)).count == 1)
    #expect(signatures.map(\.treeSize) == [5, 5, 5, 5, 5])
    for (signature, header) in zip(signatures, first + second) {
      #expect(try isAuthentic(signature, of: header, by: desk.identities.airline, .ecdsaP256SHA256))
    }
  }

  @Test func eachKeyOfATickHasItsOwnTree() throws {
    let (header, sm2) = (desk.header().encoded(), desk.headerSM2().encoded())
    let signatures = try #require(desk.reply(.signRequests(headers: [header, sm2, header]))?.signatures)
    #expect(signatures.map(\.treeSize) == [2, 1, 2])
    #expect(try isAuthentic(signatures[0], of: header, by: desk.identities.airline, .ecdsaP256SHA256))
    #expect(try isAuthentic(signatures[1], of: sm2, by: desk.identities.airlineSM2, .sm2SM3))
  }

  @Test func aRefusedCallTouchesNoOther() throws {
    var bad = desk.header()
    bad.sceneID = "lodging"
    let peer = desk.peer(desk.identities.ticketing)
    let replies = desk.replies([
      desk.call(peer, .signRequests(headers: desk.headers(2) + [bad.encoded()])),
      desk.call(peer, .signRequests(headers: desk.headers(1))),
    ])
    #expect(
      replies[0].refusal?.detail == "headers[2]: scene_id: this application has no business in this scene")
    #expect(replies[1].signatures?.map(\.treeSize) == [1])
  }

  @Test func aLargeTickIsSeveralTrees() throws {
    let key = try #require(try Desk.keys(desk.identities).first)
    let hashers = try Hashers()
    var batch = SigningBatch(leafLimit: 4)
    let headers = desk.headers(9)
    let places = headers.map { batch.add($0, for: key, hashers) }
    let signatures = try #require(batch.sign(hashers).signatures(at: places))
    #expect(signatures.map(\.treeSize) == [4, 4, 4, 4, 4, 4, 4, 4, 1])
    #expect(Set(signatures.map(\.value)).count == 3)
    for (signature, header) in zip(signatures, headers) {
      #expect(
        try isAuthentic(Signature(signature), of: header, by: desk.identities.airline, .ecdsaP256SHA256))
    }
  }

  @Test func aCallHasAtMost1024Headers() throws {
    let most = Frame(callID: 1, kind: .signingCall(.signRequests(headers: desk.headers(1024)))).encoded()
    let frame = try Frame(decoding: most.span)
    let call = Call(peer: desk.peer(desk.identities.ticketing), id: 1, kind: frame.kind, arrived: 0)
    #expect(desk.replies([call]).first?.signatures?.count == 1024)
    let tooMany = Frame(callID: 1, kind: .signingCall(.signRequests(headers: desk.headers(1025)))).encoded()
    #expect(throws: WireError.self) { try Frame(decoding: tooMany.span) }
  }

  @Test func certificatesAreGivenToThoseWhoMayUseTheKey() {
    let keyID = desk.identities.hotel.key.publicKey.keyID
    let expected = CertificateReply(certificate: desk.identities.hotel.certificate.der, algorithm: 2)
    #expect(
      desk.reply(.getCertificate(keyID: keyID), from: desk.identities.lounge) == .certificate(expected))
    let refusal = desk.reply(.getCertificate(keyID: keyID))?.refusal
    #expect(refusal?.reason == .signerRefused)
    #expect(refusal?.detail == "key_id: no key of this id is held here for a tenant of this application")
  }

  @Test func healthCountsWhatWasSigned() {
    _ = desk.reply(.signRequests(headers: desk.headers(3)))
    _ = desk.reply(.signRequests(headers: [[1]]))
    #expect(
      desk.reply(.health)
        == .health(SigningHealthReply(software: SigningHandler.software, keys: 3, signed: 3)))
  }

  @Test func helloAnnouncesNoReplyKeys() {
    let hello = desk.handler.hello()
    #expect(hello.replyKeys.isEmpty)
    #expect(hello.serverTimeMilliseconds == desk.clock.wallMilliseconds())
  }

  @Test func theLogCountsWhatWasSignedForWhom() throws {
    let peer = desk.peer(desk.identities.ticketing)
    _ = desk.reply(.signRequests(headers: desk.headers(3)))
    _ = desk.reply(.signRequests(headers: desk.headers(2) + [desk.headerSM2().encoded()]))
    #expect(desk.lines.of("signed").isEmpty)
    desk.handler.timer(now: 0)
    let lines = desk.lines.of("signed").sorted()
    #expect(lines.count == 2)
    #expect(
      lines[0].contains(
        #""application":"ticketing","tenant":"airline","deployment":"production","requests":1}"#))
    #expect(lines[1].contains(#""deployment":"sandbox","requests":5}"#))
    desk.handler.timer(now: 0)
    #expect(desk.lines.of("signed").count == 2)
    _ = desk.reply(.signRequests(headers: desk.headers(1)))
    desk.handler.closed(peer)
    #expect(desk.lines.of("signed").count == 3)
  }
}
