import PassgateDomain

/// The reading of a distant chip, by commands that somebody else carries to it and answers that he brings back.
///
/// A value without clock, network or randomness of its own: `begin` and `take` are given the time, and say what goes
/// to the chip next or how the reading ended. It holds the password and the session's keys and does not print.
package struct ChipReading: Sendable, Confidential {
  package enum Turn: Sendable {
    /// For the chip, in this order; the answers end with the first that is not 9000. Progress is in percent.
    case send([[UInt8]], progress: Int)
    case finished(ChipReadingResult)
    case failed(ChipFault)
  }

  private var course: ReadingCourse?
  private var cost: ReadingCost
  private var messaging: SecureMessaging?
  private var sent = 0
  private var progress = 0
  /// How it ended, once it has.
  private var fault: ChipFault?

  /// - Parameters:
  ///   - now: milliseconds of a clock that does not jump, as in `begin` and `take`.
  ///   - random: for challenges and ephemeral keys.
  package init(
    _ password: AccessPassword, terms: ReadingTerms = ReadingTerms(), now: UInt64,
    random: @escaping ChipRandom
  ) {
    cost = ReadingCost(terms, now: now)
    course = ReadingCourse(password, terms, random)
  }

  /// When the reading is over if no answers come.
  package var deadline: UInt64 { cost.deadline }

  /// The first commands.
  package mutating func begin(now: UInt64) -> Turn {
    guard cost.turns == 0 else { return failed(.tooMany) }
    return turn([], now: now) { (_) throws(ChipFault) in [] }
  }

  /// What follows on the answers to the last commands.
  package mutating func take(_ answers: [[UInt8]], now: UInt64) -> Turn {
    let sent = sent
    return turn(answers, now: now) { (answers) throws(ChipFault) in try Self.decode(answers, of: sent) }
  }

  // MARK: - Turns

  private mutating func turn(
    _ answers: [[UInt8]], now: UInt64, decode: ([[UInt8]]) throws(ChipFault) -> [ResponseAPDU]
  ) -> Turn {
    if let fault { return .failed(fault) }
    do throws(ChipFault) {
      try cost.receive(answers, now: now)
      return try follow(try move(try decode(answers)))
    } catch {
      return failed(error)
    }
  }

  private mutating func move(_ answers: [ResponseAPDU]) throws(ChipFault) -> ReadingCourse.Move {
    guard var course else { throw .tooMany }
    defer { self.course = course }
    let plain: [ResponseAPDU]
    do throws(MessagingFault) {
      plain = try messaging?.open(answers) ?? answers
    } catch {
      return try course.recover(from: error)
    }
    return try course.advance(plain)
  }

  private mutating func follow(_ move: ReadingCourse.Move) throws(ChipFault) -> Turn {
    switch move {
    case .send(let commands): return try send(commands)
    case .open(let keys, let commands):
      messaging?.end()
      messaging = SecureMessaging(keys)
      return try send(commands)
    case .restart(let commands):
      messaging?.end()
      messaging = nil
      return try send(commands)
    case .finish(let contents):
      close(.tooMany)
      return .finished(ChipReadingResult(contents, cost))
    }
  }

  private mutating func send(_ commands: [CommandAPDU]) throws(ChipFault) -> Turn {
    try cost.send(commands)
    sent = commands.count
    progress = max(progress, course?.progress ?? 0)
    do throws(MessagingFault) {
      return .send(try messaging?.protect(commands).map(\.bytes) ?? commands.map(\.bytes), progress: progress)
    } catch {
      throw .messaging(error)
    }
  }

  private mutating func failed(_ fault: ChipFault) -> Turn {
    close(fault)
    return .failed(fault)
  }

  /// Drops the password, the keys and what was read. Whoever asks again is told `fault`.
  private mutating func close(_ fault: ChipFault) {
    messaging?.end()
    messaging = nil
    course = nil
    self.fault = fault
  }

  /// The answers, of which the last alone may be other than 9000, and must be when there are too few.
  private static func decode(_ answers: [[UInt8]], of sent: Int) throws(ChipFault) -> [ResponseAPDU] {
    guard answers.count <= sent else { throw .tooMany }
    let decoded = try answers.map { (bytes) throws(ChipFault) in
      guard let answer = ResponseAPDU(decoding: bytes) else {
        throw bytes.count > ResponseAPDU.sizeLimit ? .tooMany : .notAnswered
      }
      return answer
    }
    guard let last = decoded.last else { throw .notAnswered }
    guard decoded.dropLast().allSatisfy(\.isSuccess) else { throw .tooMany }
    guard decoded.count == sent || !last.isSuccess else { throw .notAnswered }
    return decoded
  }
}
