import PassgateDomain
import PassgateSoftChip
import Testing

/// The protocol of the virtual reader, without a connection.
@Suite struct VirtualCardTests {
  private static let selection: [UInt8] = [0x00, 0xa4, 0x00, 0x0c, 0x02, 0x3f, 0x00]
  private static let success = VirtualCard.Action.send([0x00, 0x02, 0x90, 0x00])

  private static func card(_ fault: String? = nil, after: Int = 0) throws -> VirtualCard {
    let document = SoftDocument(files: [.attributes: [1, 2, 3]], accessZone: [])
    let fault = try fault.map { try #require(SoftFault(name: $0)) }
    return VirtualCard(SoftChip(document, fault: fault, after: after))
  }

  private static func message(_ content: [UInt8]) -> [UInt8] {
    [UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
  }

  @Test func signsAndCommands() throws {
    var card = try Self.card()
    #expect(card.take(Self.message([0])) == [] && card.take(Self.message([1])) == [])
    #expect(card.take(Self.message([4])) == [.send([0x00, 0x05, 0x3b, 0x80, 0x80, 0x01, 0x01])])
    #expect(card.take(Self.message(Self.selection)) == [Self.success])
    #expect(card.take([0, 0]) == [] && card.take(Self.message([9])) == [])
  }

  /// A stream may be cut anywhere, and several messages may arrive together.
  @Test func messagesInPieces() throws {
    var card = try Self.card()
    let bytes = Self.message([1]) + Self.message(Self.selection) + Self.message(Self.selection)
    var actions: [VirtualCard.Action] = []
    for byte in bytes { actions += card.take([byte]) }
    #expect(actions == [Self.success, Self.success])
    var other = try Self.card()
    #expect(other.take(bytes) == [Self.success, Self.success])
  }

  @Test func aResetForgetsWhatIsSelected() throws {
    var card = try Self.card()
    let file: [UInt8] = [0x00, 0xa4, 0x02, 0x0c, 0x02, 0x2f, 0x01]
    let reading: [UInt8] = [0x00, 0xb0, 0x00, 0x00, 0x03]
    #expect(card.take(Self.message(file)) == [Self.success])
    #expect(card.take(Self.message(reading)) == [.send([0, 5, 1, 2, 3, 0x90, 0])])
    #expect(card.take(Self.message([2]) + Self.message(reading)) == [.send([0, 2, 0x69, 0x86])])
  }

  @Test func failingConnections() throws {
    for (fault, expected) in [
      ("stalls", []), ("disconnects", [.leave]), ("empty-answers", [.send([0, 0])]),
      ("one-byte-answers", [.send([0, 1, 0x90])]),
    ] as [(String, [VirtualCard.Action])] {
      var card = try Self.card(fault, after: 1)
      #expect(card.take(Self.message(Self.selection)) == [Self.success])
      #expect(card.take(Self.message(Self.selection)) == expected, "\(fault)")
    }
    var card = try Self.card("huge-answers")
    guard case .send(let bytes) = card.take(Self.message(Self.selection)).first else { return }
    #expect(bytes.count == 2 + 0xffff && bytes.starts(with: [0xff, 0xff]))
  }
}
