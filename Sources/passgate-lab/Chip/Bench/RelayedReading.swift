import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip

/// A reading and the software chip that it reads, in turns.
struct RelayedReading {
  private var chip: SoftChip
  private var reading: ChipReading
  private var turn: ChipReading.Turn?
  /// The processor time of the reading alone, nanoseconds.
  private(set) var spent: UInt64 = 0

  init(_ made: MadeDocument, _ chip: SoftChip, terms: ReadingTerms) {
    self.chip = chip
    let holder = made.holder
    reading = ChipReading(
      .mrz(documentNumber: holder.documentNumber, birthDate: holder.birthDate, expiry: holder.expiry),
      terms: terms, now: 0, random: randomBytes)
  }

  /// One turn: what was asked last goes to the chip, and what it answers to the reading.
  ///
  /// - Parameter heard: each command with its answer.
  /// - Returns: what was read; nil when there is more to ask.
  /// - Throws: why it ended otherwise.
  mutating func advance(_ heard: ([UInt8], [UInt8]) -> Void = { _, _ in }) throws -> ChipReadingResult? {
    let answers: [[UInt8]]? =
      if case .send(let commands, _) = turn { self.answers(to: commands, heard) } else { nil }
    let time = threadTime {
      turn = answers.map { reading.take($0, now: 0) } ?? reading.begin(now: 0)
    }
    spent += time
    switch turn {
    case .finished(let result): return result
    case .failed(let fault): throw fault
    case .send, nil: return nil
    }
  }

  /// To the end.
  mutating func run(_ heard: ([UInt8], [UInt8]) -> Void = { _, _ in }) throws -> ChipReadingResult {
    while true {
      if let result = try advance(heard) { return result }
    }
  }

  /// The reader stops behind the first answer that is not 9000.
  private mutating func answers(
    to commands: [[UInt8]], _ heard: ([UInt8], [UInt8]) -> Void
  ) -> [[UInt8]] {
    var answers: [[UInt8]] = []
    for command in commands {
      answers.append(chip.answer(command))
      heard(command, answers[answers.count - 1])
      if !answers[answers.count - 1].suffix(2).elementsEqual([0x90, 0x00]) { break }
    }
    return answers
  }
}
