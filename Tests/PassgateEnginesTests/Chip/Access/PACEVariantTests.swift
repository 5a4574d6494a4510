import PassgateCrypto
import PassgateDomain
import PassgateEngines
import Testing

/// Which variant is taken of those that a chip offers.
@Suite struct PACEVariantTests {
  /// The arcs below id-PACE, the version and the group.
  typealias Offer = [UInt8]

  static let choices: [(offers: [Offer], strongest: Int)] = [
    ([[2, 2, 2, 13]], 0),
    // A stronger cipher, and the group that goes with it.
    ([[2, 1, 2, 13], [2, 2, 2, 13]], 1), ([[2, 4, 2, 12], [2, 4, 2, 16]], 1),
    ([[2, 2, 2, 16], [2, 4, 2, 9]], 0), ([[2, 4, 2, 13], [2, 2, 2, 13]], 0),
    // The chip proves itself on the way, where that costs no strength.
    ([[2, 2, 2, 13], [6, 2, 2, 13], [4, 2, 2, 13]], 1), ([[6, 2, 2, 9], [2, 2, 2, 13]], 1),
    ([[4, 2, 2, 13], [2, 2, 2, 13]], 1),
    // A curve before numbers.
    ([[1, 2, 2, 0], [2, 2, 2, 12]], 1), ([[1, 2, 2, 2], [2, 2, 2, 11]], 1),
    // What is not known or not sound is passed over: identifiers, versions, groups, combinations.
    ([[9, 4, 2, 18], [2, 2, 2, 13]], 1), ([[2, 9, 2, 18], [2, 2, 2, 13]], 1),
    ([[2, 4, 1, 18], [2, 2, 2, 13]], 1), ([[2, 4, 2, 19], [2, 2, 2, 13]], 1),
    ([[2, 4, 2, 3], [2, 2, 2, 13]], 1), ([[1, 4, 2, 18], [2, 2, 2, 13]], 1),
    ([[2, 4, 2, 2], [2, 2, 2, 13]], 1), ([[4, 4, 2, 10], [2, 2, 2, 9]], 1),
    ([[6, 1, 2, 13], [2, 1, 2, 13]], 1), ([[2, 4, 2], [2, 2, 2, 13]], 1),
  ]

  private static func infos(_ offers: [Offer]) throws -> SecurityInfos {
    let infos = offers.map { offer in
      paceInfo(ProtocolIdentifier.pace.bytes + offer[..<2], offer[2...].map { [$0] })
    }
    return try SecurityInfos(TLV.encoded(0x31, infos.flatMap(\.self)))
  }

  @Test(arguments: choices) func strongest(_ offers: [Offer], _ strongest: Int) throws {
    for order in [offers, offers.reversed()] {
      let variant = try PACEVariant.strongest(of: try Self.infos(order))
      #expect(variant.identifier.bytes.suffix(2) == offers[strongest][..<2])
      #expect(variant.group.parameterID == offers[strongest][3])
    }
  }

  @Test(
    arguments: [[], [[2, 2, 1, 13]], [[2, 2, 2, 99]], [[7, 2, 2, 13]], [[4, 2, 2, 10]], [[2, 2, 2]]]
      as [[Offer]])
  func nothingThatIsKnownIsNoAccess(_ offers: [Offer]) throws {
    let infos = try Self.infos(offers)
    #expect(throws: ChipFault.accessNotOffered) {
      try PACE(infos, .can("123456"), random: { _ throws(CryptoError) in [] })
    }
  }

  @Test func groupIsNamedWhereThereAreTwo() throws {
    let two = try PACEVariant.strongest(of: try Self.infos([[2, 2, 2, 13], [2, 2, 2, 12]]))
    #expect(two.isAmbiguous)
    var pace = PACE(two, .can("123456"), random: { _ throws(CryptoError) in [] })
    guard case .send(let batch) = try pace.next([]) else { return }
    #expect(batch.first?.data.suffix(3) == [0x84, 0x01, two.group.parameterID])
    let one = try PACEVariant.strongest(of: try Self.infos([[2, 2, 2, 13], [4, 2, 2, 13]]))
    #expect(!one.isAmbiguous)
  }
}
