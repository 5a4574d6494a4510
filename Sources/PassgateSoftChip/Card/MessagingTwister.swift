import PassgateCrypto
import PassgateEngines

/// Protects answers, rightly at first and then with a fault.
struct MessagingTwister: Sendable {
  private let twist: SoftFault.MessagingTwist?
  /// How many answers are still right.
  private var left: Int
  private var last: ResponseAPDU?
  /// Whether the chip has given the session up.
  private(set) var hasDropped = false

  init(_ effect: SoftFault.Effect?, delay: Int) {
    if case .messaging(let twist) = effect { self.twist = twist } else { twist = nil }
    left = delay
  }

  mutating func protect(
    _ answer: ResponseAPDU, to command: CommandAPDU, _ session: inout CardMessaging
  ) throws(CardRefusal) -> ResponseAPDU {
    hasDropped = false
    let right = try session.protect(answer, to: command)
    defer { last = right.answer }
    guard let twist, left <= 0, !twist.needsData || !answer.data.isEmpty else {
      left -= 1
      return right.answer
    }
    return try twisted(right, twist, of: answer, to: command, session)
  }

  private mutating func twisted(
    _ right: ProtectedAnswer, _ twist: SoftFault.MessagingTwist, of answer: ResponseAPDU,
    to command: CommandAPDU, _ session: CardMessaging
  ) throws(CardRefusal) -> ResponseAPDU {
    var wrong = right
    switch twist {
    case .plainStatus: return ResponseAPDU()
    case .plainData: return answer
    case .dropped:
      hasDropped = true
      return ResponseAPDU(status: StatusWord.securityNotSatisfied)
    case .repeated: return last ?? right.answer
    case .cut: return ResponseAPDU(right.answer.data.dropLast(5), status: right.outer)
    case .noStatus: wrong.status = []
    case .noCode: wrong.code = []
    case .wrongCode: wrong.code[5] ^= 1
    case .otherStatus: wrong.outer = StatusWord.fileNotFound
    case .longStatus: wrong.status = BER.element(0x99, [0x90, 0, 0])
    case .wrongIndicator: wrong.content = try session.hidden(answer.data, command, indicator: 2)
    case .noPadding: wrong.content = try session.hidden(answer.data, command, isPadded: false)
    case .partBlock: wrong.content = try session.hidden(answer.data, command, isCut: true)
    }
    if twist.hasRightCode { wrong.code = try session.code(over: wrong.content + wrong.status) }
    return wrong.answer
  }
}

extension SoftFault.MessagingTwist {
  fileprivate var needsData: Bool {
    switch self {
    case .plainData, .wrongIndicator, .noPadding, .partBlock: true
    default: false
    }
  }

  fileprivate var hasRightCode: Bool {
    switch self {
    case .wrongIndicator, .noPadding, .partBlock, .longStatus: true
    default: false
    }
  }
}
