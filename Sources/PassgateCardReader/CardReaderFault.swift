import CPCSC

/// Why a card reader does not do what it should, with what to do about it.
package enum CardReaderFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// This machine has no PC/SC library.
  case noLibrary
  case noService
  case noReaders
  case unknownReader(String)
  case noCard
  /// Another program has the card.
  case busy
  /// The document was taken away or lost its power.
  case cardRemoved
  /// Any other code of PC/SC.
  case communication(code: UInt32)

  /// - Parameter reader: the reader that was asked.
  init(_ code: UInt32, reader: String) {
    self =
      switch code {
      case PCSC_NO_LIBRARY: .noLibrary
      case PCSC_NO_SERVICE, PCSC_SERVICE_STOPPED: .noService
      case PCSC_NO_READERS: .noReaders
      case PCSC_UNKNOWN_READER, PCSC_READER_UNAVAILABLE: .unknownReader(reader)
      case PCSC_NO_CARD: .noCard
      case PCSC_SHARING_VIOLATION: .busy
      case PCSC_REMOVED_CARD, PCSC_RESET_CARD, PCSC_UNPOWERED_CARD, PCSC_UNRESPONSIVE_CARD: .cardRemoved
      default: .communication(code: code)
      }
  }

  package var description: String {
    switch self {
    case .noLibrary: "this machine has no PC/SC: install libpcsclite1 and pcscd"
    case .noService: "the smart card service does not run: start it with 'systemctl start pcscd'"
    case .noReaders: "no card reader is connected"
    case .unknownReader(let name): "there is no reader \"\(name)\": 'passgate chip readers' lists them"
    case .noCard: "no document lies on the reader: lay it on and try again"
    case .busy: "another program uses the document: end it and try again"
    case .cardRemoved: "the document was taken off the reader: lay it on and leave it there"
    case .communication(let code):
      "the reader and the document do not understand each other (PC/SC \(hex(code)))"
    }
  }

  private func hex(_ code: UInt32) -> String { "0x" + String(code, radix: 16, uppercase: true) }
}
