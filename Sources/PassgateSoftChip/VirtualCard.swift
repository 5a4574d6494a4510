/// A chip in the virtual reader of vsmartcard (`vpcd`), to which it connects: what arrives, and what goes back.
///
/// Each message is a length of two bytes, big-endian, and so many bytes: one of them is a sign of the reader, more are
/// a command.
package struct VirtualCard: Sendable {
  /// What is to be done for what has arrived.
  package enum Action: Sendable, Equatable {
    case send([UInt8])
    /// The chip is gone: the connection ends.
    case leave
  }

  /// The port on which the reader waits for a card.
  package static let port: UInt16 = 35_963

  /// A contactless chip without historical bytes (PC/SC part 3 section 3.1.3.2.3.1).
  private static let answerToReset: [UInt8] = [0x3b, 0x80, 0x80, 0x01, 0x01]

  private enum Sign: UInt8 {
    case off = 0
    case on = 1
    case reset = 2
    case answerToReset = 4
  }

  private var chip: SoftChip
  /// What has arrived of the next message: never more than one length and what follows it.
  private var arrived: [UInt8] = []

  package init(_ chip: SoftChip) {
    self.chip = chip
  }

  /// What the messages that `bytes` complete ask for, in their order.
  package mutating func take(_ bytes: some Sequence<UInt8>) -> [Action] {
    arrived.append(contentsOf: bytes)
    var (actions, at) = ([Action](), 0)
    while arrived.count - at >= 2 {
      let length = Int(arrived[at]) << 8 | Int(arrived[at + 1])
      guard arrived.count - at - 2 >= length else { break }
      let action = answer(Array(arrived[(at + 2)..<(at + 2 + length)]))
      at += 2 + length
      if let action { actions.append(action) }
      if action == .leave { break }
    }
    arrived.removeFirst(at)
    return actions
  }

  private mutating func answer(_ message: [UInt8]) -> Action? {
    guard message.count == 1 else { return message.isEmpty ? nil : reply(to: message) }
    switch Sign(rawValue: message[0]) {
    case .off, .on, .reset: chip.reset()
    case .answerToReset: return Self.message(Self.answerToReset)
    case nil: break
    }
    return nil
  }

  private mutating func reply(to command: [UInt8]) -> Action? {
    switch chip.reply(to: command) {
    case .bytes(let bytes): Self.message(bytes)
    case .silence: nil
    case .gone: .leave
    }
  }

  /// A message holds 65,535 bytes at most.
  private static func message(_ bytes: [UInt8]) -> Action {
    let content = bytes.prefix(0xffff)
    return .send([UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content)
  }
}
