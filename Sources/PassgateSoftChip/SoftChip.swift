import PassgateCrypto
import PassgateDomain
package import PassgateEngines

/// A travel document's chip in memory: commands in, answers out (ICAO 9303-10, 9303-11). It may have a fault.
package struct SoftChip: Sendable {
  /// What comes back from a chip.
  package enum Reply: Sendable, Equatable {
    case bytes([UInt8])
    /// Nothing, now and later.
    case silence
    /// The chip has left the field.
    case gone
  }

  private let fault: SoftFault?
  private let delay: Int
  private let second: Card
  private var card: Card
  private var commands = 0
  private var readings = 0

  /// - Parameters:
  ///   - after: how many commands (of a transport fault), protected answers (of secure messaging) or readings (of a
  ///     second chip) go well before the fault; nil for the number that suits it.
  ///   - second: the document of the chip that takes over in the fault of that name; a copy without keys when nil.
  ///   - random: the chip's own randomness.
  package init(
    _ document: SoftDocument, fault: SoftFault? = nil, after: Int? = nil, second: SoftDocument? = nil,
    random: @escaping ChipRandom = randomBytes
  ) {
    self.fault = fault
    delay = after ?? fault?.delay ?? 0
    card = Card(document, fault?.effect, delay: delay, random: random)
    self.second = Card(second ?? document.copied, nil, delay: 0, random: random)
  }

  /// The answer to one command; empty where a chip would be silent or gone.
  package mutating func answer(_ command: [UInt8]) -> [UInt8] {
    if case .bytes(let bytes) = reply(to: command) { bytes } else { [] }
  }

  /// What one command gives.
  package mutating func reply(to command: [UInt8]) -> Reply {
    commands += 1
    if case .transport(let twist) = fault?.effect, commands > delay { return Self.failed(twist) }
    if case .secondChip = fault?.effect { changeChip(command) }
    return .bytes(card.answer(command))
  }

  /// The chip without power: nothing is selected and nothing is open.
  package mutating func reset() { card.reset() }

  private mutating func changeChip(_ command: [UInt8]) {
    // The class byte does not matter: a relay sees the instruction in secure messaging as well.
    if command.count > 1, command[1] | 1 == 0xb1 { readings += 1 }
    if readings == delay + 1 {
      card = second
      readings += 1
    }
  }

  private static func failed(_ twist: SoftFault.TransportTwist) -> Reply {
    switch twist {
    case .stalls: .silence
    case .disconnects: .gone
    case .isEmpty: .bytes([])
    case .isOneByte: .bytes([0x90])
    case .isHuge: .bytes([UInt8](repeating: 0x5a, count: 65_536) + [0x90, 0])
    }
  }
}

extension SoftFault {
  /// How much goes well before it, unless the user says otherwise.
  fileprivate var delay: Int {
    switch effect {
    case .transport, .secondChip: 8
    case .messaging: 2
    default: 0
    }
  }
}
