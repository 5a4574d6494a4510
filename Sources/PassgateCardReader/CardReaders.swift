import CPCSC

/// The card readers of this machine, by PC/SC.
@safe package final class CardReaders {
  /// Bytes of all names together.
  private static let nameLimit = 64 << 10

  private let context: Int

  /// Asks the service of this machine.
  package init() throws(CardReaderFault) {
    var context = 0
    try unsafe check(pcsc_establish(&context), "")
    self.context = context
  }

  deinit { _ = pcsc_release(context) }

  /// The names of the readers that are connected, in the service's order; none is no fault.
  package func names() throws(CardReaderFault) -> [String] {
    do throws(CardReaderFault) {
      return try list().split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    } catch .noReaders {
      return []
    }
  }

  private func list() throws(CardReaderFault) -> [UInt8] {
    var length = 0
    try unsafe check(pcsc_list_readers(context, nil, &length), "")
    guard length <= Self.nameLimit else { throw .communication(code: 0) }
    var names = [CChar](repeating: 0, count: length)
    try unsafe check(pcsc_list_readers(context, &names, &length), "")
    return names.prefix(length).map { UInt8(bitPattern: $0) }
  }

  /// Takes the document on a reader, for this program alone. The readers must live as long as the document.
  package func connect(_ reader: String) throws(CardReaderFault) -> CardConnection {
    var card = 0
    var transport: UInt = 0
    try unsafe check(pcsc_connect(context, reader, &card, &transport), reader)
    return CardConnection(card: card, transport: transport, reader: reader, of: self)
  }
}

/// A document on a reader. Its session ends with this value.
@safe package final class CardConnection {
  /// Bytes of an answer: extended length with its status, and what readers add.
  private static let answerLimit = 65_600
  private static let t0: UInt = 1
  /// GET RESPONSE commands for one command.
  private static let fetchLimit = 512

  private let card: Int
  private let transport: UInt
  private let reader: String
  private let readers: CardReaders

  fileprivate init(card: Int, transport: UInt, reader: String, of readers: CardReaders) {
    (self.card, self.transport, self.reader, self.readers) = (card, transport, reader, readers)
  }

  deinit { _ = pcsc_disconnect(card) }

  /// Sends a command; the answer has its two status bytes.
  ///
  /// With T=0 an answer waits in the card and is fetched here (ISO 7816-3): its transport needs it, the command does
  /// not.
  package func transmit(_ command: [UInt8]) throws(CardReaderFault) -> [UInt8] {
    var answer = try exchange(command)
    guard transport == Self.t0 else { return answer }
    var fetched: [UInt8] = []
    for _ in 0..<Self.fetchLimit {
      guard answer.count >= 2, answer[answer.count - 2] == 0x61 else { break }
      fetched += answer.dropLast(2)
      answer = try exchange([0x00, 0xC0, 0x00, 0x00, answer[answer.count - 1]])
    }
    return fetched + answer
  }

  private func exchange(_ command: [UInt8]) throws(CardReaderFault) -> [UInt8] {
    var answer = [UInt8](repeating: 0, count: Self.answerLimit)
    var length = answer.count
    try unsafe check(
      pcsc_transmit(card, transport, command, command.count, &answer, &length), reader)
    return Array(answer.prefix(length))
  }
}

/// Throws what a code of PC/SC says.
private func check(_ code: UInt32, _ reader: String) throws(CardReaderFault) {
  guard code != 0 else { return }
  throw CardReaderFault(code, reader: reader)
}
