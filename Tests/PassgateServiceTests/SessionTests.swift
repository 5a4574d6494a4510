import PassgateRPC
import Testing

@testable import PassgateService

@Suite struct SessionTests {
  private static let binding = [UInt8](repeating: 5, count: 32)

  private static func session() -> Session {
    Session(
      Peer(
        id: ConnectionID(slot: 0, generation: 1), address: "192.0.2.1",
        identity: TransportIdentity(certificate: nil, channelBinding: binding)))
  }

  @Test func aSessionKnowsItsChannel() { #expect(Self.session().channelBinding == Self.binding) }

  @Test func askingUsesNothingUp() {
    let session = Self.session()
    for key in 0..<20 as Range<UInt8> { #expect(session.accepts(1, of: [key])) }
    #expect(session.mark(1, of: [200]))
  }

  @Test func eachKeyHasItsOwnWindow() {
    let session = Self.session()
    #expect(session.mark(5, of: [1]))
    #expect(!session.accepts(5, of: [1]))
    #expect(session.accepts(5, of: [2]) && session.accepts(6, of: [1]))
  }

  @Test func eachConnectionHasItsOwnWindows() {
    #expect(Self.session().mark(5, of: [1]))
    #expect(Self.session().accepts(5, of: [1]))
  }

  @Test func theNinthKeyIsOneTooMany() {
    let session = Self.session()
    for key in 1...8 as ClosedRange<UInt8> { #expect(session.mark(1, of: [key])) }
    #expect(!session.mark(1, of: [9]))
    #expect(session.mark(2, of: [8]))
    #expect(!session.accepts(1, of: [1]))
  }
}
