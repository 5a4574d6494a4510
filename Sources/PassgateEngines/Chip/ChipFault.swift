package import PassgateDomain

/// A step of a reading, for the sentences of faults.
package enum ChipStage: String, Sendable, Hashable, CaseIterable {
  case application = "the selection of the travel document's application"
  case bac = "basic access control"
  case pace = "PACE"
  case chipAuthentication = "chip authentication"
  case activeAuthentication = "active authentication"
  case files = "the reading of files"
}

/// Why a reading ended. The sentences name a step or a file and never what is in it.
package enum ChipFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The chip does not take the password.
  case accessDenied
  /// The chip offers no access control that the password opens and that the platform can do.
  case accessNotOffered
  /// The chip refuses a step that it must be able to do.
  case refused(ChipStage, status: UInt16)
  /// The reader sent back nothing, or no answer that has a status.
  case notAnswered
  case messaging(MessagingFault)
  case protocolViolation(ChipStage)
  /// The chip announces more than is read.
  case tooLarge(ChipFile)
  /// More answers than commands, or more commands, bytes or round trips than one reading may have.
  case tooMany
  case timedOut
  /// It is not the chip that the reading began with.
  case chipChanged
  /// What the chip said of its access control before it was opened is not what its issuer signed.
  case downgraded
  case malformed(ChipFile)
  /// The server's own cryptography failed.
  case unavailable(ChipStage)

  package var description: String {
    switch self {
    case .accessDenied: "the chip does not take this password; check the document's MRZ or card access number"
    case .accessNotOffered: "the chip offers no access control that this password opens"
    case .refused(let stage, let status): "the chip refused \(stage.rawValue) with \(Self.hex(status))"
    case .notAnswered: "the reader sent no answer of a chip"
    case .messaging(let fault): fault.description
    case .protocolViolation(let stage): "the chip's answers break the rules of \(stage.rawValue)"
    case .tooLarge(let file): "the chip announces more bytes of \(file.name) than are read"
    case .tooMany: "the reading has more answers, commands or bytes than it may have"
    case .timedOut: "the reading took too long"
    case .chipChanged: "another chip answers than the one that the reading began with"
    case .downgraded: "the chip's access control is not the one that its issuer signed"
    case .malformed(let file): "\(file.name) is malformed"
    case .unavailable(let stage): "the server's cryptography failed in \(stage.rawValue)"
    }
  }

  private static func hex(_ status: UInt16) -> String {
    let digits = String(status, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// What a protocol with a chip wants next. The terminal's side of each is a value with a method
/// `mutating func next(_ answers: [ResponseAPDU]) throws(ChipFault) -> ChipStep<Outcome>`, begun with no answers.
/// The commands of a step go out together; the answers end at the first that is not 9000, so there may be fewer.
package enum ChipStep<Outcome: Sendable>: Sendable {
  /// In the clear or, where messaging is on already, to be protected by the caller.
  case send([CommandAPDU])
  case done(Outcome)
}
