import CPassgate

/// Body of `Verification/VerifyChip`.
package struct VerifyChipRequest: MappedMessage, Withheld {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var claim: IdentityClaim
  /// As they came; the service judges their kinds and sizes.
  package var files: [ChipFile]

  package init(salt: [UInt8], claim: IdentityClaim, files: [ChipFile]) {
    self.salt = salt
    self.claim = claim
    self.files = files
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_chip_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    claim = try fields.message(2)
    files = try fields.messages(3)
    guard !files.isEmpty else { throw WireError(.missing, field: fields.name(3)) }
    guard files.count <= ChipFile.Kind.allCases.count else {
      throw WireError(.tooMany, field: fields.name(3))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, claim)
    fields.set(3, files)
  }
}

/// Reply of `Verification/VerifyChip`.
package struct VerifyChipReply: MappedMessage, Withheld {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var result: ChipResult

  package init(salt: [UInt8], result: ChipResult) {
    self.salt = salt
    self.result = result
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__verify_chip_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    result = try fields.message(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, result)
  }
}

/// Body of `Verification/StartChipReading`.
package struct StartChipReadingRequest: MappedMessage, Withheld {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var claim: IdentityClaim
  /// 6 digits; empty: number, birth date and expiry of the claim open the chip.
  package var can: String
  /// The reader passes commands and answers of more than 256 bytes.
  package var extendedLength: Bool

  package init(salt: [UInt8], claim: IdentityClaim, can: String, extendedLength: Bool) {
    self.salt = salt
    self.claim = claim
    self.can = can
    self.extendedLength = extendedLength
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__start_chip_reading_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    claim = try fields.message(2)
    can = fields.text(3)
    extendedLength = fields.bool(4)
    let isNumber = can.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard can.isEmpty || isNumber && can.utf8.count == 6 else {
      throw WireError(.notAllowed, field: fields.name(3))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, claim)
    fields.set(3, can)
    fields.set(4, extendedLength)
  }
}

/// Commands for the chip, to be sent in order; the reader stops behind the first answer that does not end in 9000.
package struct ChipTurn: MappedMessage, Withheld {
  /// Commands of one turn, and answers.
  package static let countLimit = 256
  /// Bytes of one command or answer: extended length (ISO 7816-4).
  package static let byteLimit = 65_544

  /// 16 bytes.
  package var readingID: [UInt8]
  /// From 1 on.
  package var turn: UInt32
  /// APDUs (ISO 7816-4).
  package var commands: [[UInt8]]
  /// Percent.
  package var progress: UInt32

  package init(readingID: [UInt8], turn: UInt32, commands: [[UInt8]], progress: UInt32) {
    self.readingID = readingID
    self.turn = turn
    self.commands = commands
    self.progress = progress
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__chip_turn__init)

  init(from fields: FieldReader) throws(WireError) {
    readingID = try fields.bytes(1, exactly: WireLength.identifier)
    turn = fields.uint32(2)
    commands = try fields.commands(3)
    progress = fields.uint32(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, readingID)
    fields.set(2, turn)
    fields.set(3, commands)
    fields.set(4, progress)
  }
}

/// Reply of `Verification/StartChipReading`.
package struct StartChipReadingReply: MappedMessage, Withheld {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var turn: ChipTurn

  package init(salt: [UInt8], turn: ChipTurn) {
    self.salt = salt
    self.turn = turn
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__start_chip_reading_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    turn = try fields.message(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, turn)
  }
}

/// Body of `Verification/ContinueChipReading`.
package struct ContinueChipReadingRequest: MappedMessage, Withheld {
  /// 16 random bytes.
  package var salt: [UInt8]
  /// 16 bytes.
  package var readingID: [UInt8]
  /// The turn that is answered.
  package var turn: UInt32
  /// Each with its two status bytes.
  package var answers: [[UInt8]]

  package init(salt: [UInt8], readingID: [UInt8], turn: UInt32, answers: [[UInt8]]) {
    self.salt = salt
    self.readingID = readingID
    self.turn = turn
    self.answers = answers
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__continue_chip_reading_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    readingID = try fields.bytes(2, exactly: WireLength.identifier)
    turn = fields.uint32(3)
    answers = try fields.commands(4)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, readingID)
    fields.set(3, turn)
    fields.set(4, answers)
  }
}

/// Reply of `Verification/ContinueChipReading`.
package struct ContinueChipReadingReply: MappedMessage, Withheld {
  /// How it goes on.
  package enum Step: Sendable, Equatable {
    case turn(ChipTurn)
    /// The reading is over.
    case result(ChipResult)
  }

  /// 16 random bytes.
  package var salt: [UInt8]
  package var step: Step

  package init(salt: [UInt8], step: Step) {
    self.salt = salt
    self.step = step
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__continue_chip_reading_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    switch fields.oneof(of: 2) {
    case 2: step = .turn(try fields.message(2))
    case 3: step = .result(try fields.message(3))
    default: throw WireError(.missing, field: fields.name(2))
    }
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    switch step {
    case .turn(let turn): fields.set(2, turn)
    case .result(let result): fields.set(3, result)
    }
  }
}

extension FieldReader {
  /// 1 to 256 commands or answers of a chip.
  fileprivate func commands(_ number: Int) throws(WireError) -> [[UInt8]] {
    let all = byteStrings(number)
    guard !all.isEmpty else { throw WireError(.missing, field: name(number)) }
    guard all.count <= ChipTurn.countLimit else { throw WireError(.tooMany, field: name(number)) }
    guard all.allSatisfy({ (2...ChipTurn.byteLimit).contains($0.count) }) else {
      throw WireError(.badLength, field: name(number))
    }
    return all
  }
}
