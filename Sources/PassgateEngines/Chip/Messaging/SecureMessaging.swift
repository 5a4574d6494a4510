import PassgateCrypto

/// The terminal's side of secure messaging (ICAO 9303-11 section 9.8; ISO 7816-4 section 10).
///
/// Commands can be protected some at a time, because the counter of each is known ahead. After a fault the keys
/// are dropped, and nothing of what came with it is given out.
package struct SecureMessaging: Sendable {
  private var keys: SessionKeys
  private var counter: SendSequenceCounter
  /// The instructions of the commands that wait for their answers; nil when the session is over.
  private var waiting: [UInt8]? = []

  package init(_ keys: SessionKeys) {
    self.keys = keys
    counter = SendSequenceCounter(keys.counter)
  }

  /// Whether the keys are there still.
  package var isOpen: Bool { waiting != nil }

  /// Drops the keys.
  package mutating func end() {
    keys.drop()
    waiting = nil
  }

  /// The commands of one batch, in the order in which they must reach the chip.
  ///
  /// - Throws: `.ended`, `.notAnswered` when the last batch waits for its answers, `.unavailable`.
  package mutating func protect(_ commands: [CommandAPDU]) throws(MessagingFault) -> [CommandAPDU] {
    guard let waiting else { throw .ended }
    guard waiting.isEmpty else { throw .notAnswered }
    var ahead = counter
    var protected: [CommandAPDU] = []
    for command in commands {
      ahead.advance()
      protected.append(try protect(command, ahead))
      ahead.advance()
    }
    self.waiting = commands.map(\.ins)
    return protected
  }

  /// The plain answers to the last batch. There may be fewer than commands when the last of them is no success:
  /// the chip never saw the rest, and the counter stands where it did not.
  package mutating func open(_ answers: [ResponseAPDU]) throws(MessagingFault) -> [ResponseAPDU] {
    do throws(MessagingFault) {
      return try opened(answers)
    } catch {
      end()
      throw error
    }
  }

  private mutating func opened(_ answers: [ResponseAPDU]) throws(MessagingFault) -> [ResponseAPDU] {
    guard let waiting else { throw .ended }
    guard answers.count <= waiting.count else { throw .tooMany }
    var plain: [ResponseAPDU] = []
    for (answer, instruction) in zip(answers, waiting) {
      guard plain.last?.isSuccess ?? true else { throw .tooMany }
      counter.advance()
      counter.advance()
      plain.append(try open(answer, to: instruction))
    }
    guard plain.count == waiting.count || plain.last?.isSuccess == false else { throw .notAnswered }
    self.waiting = []
    return plain
  }

  private func protect(
    _ command: CommandAPDU, _ counter: SendSequenceCounter
  ) throws(MessagingFault) -> CommandAPDU {
    var protected = command
    protected.cla |= 0x0c
    protected.data = try body(of: command, counter) + Self.expectation(of: command)
    let covered = ChipPadding.pad(protected.header, to: keys.cipher.blockLength) + protected.data
    protected.data += TLV.encoded(0x8e, try code(of: covered, counter))
    protected.le = command.isExtended || protected.data.count > 255 ? 65_536 : 256
    return protected
  }

  /// DO'87', or DO'85' of an odd instruction, which has no padding indicator.
  private func body(
    of command: CommandAPDU, _ counter: SendSequenceCounter
  ) throws(MessagingFault) -> [UInt8] {
    if command.data.isEmpty { return [] }
    let padded = ChipPadding.pad(command.data, to: keys.cipher.blockLength)
    let vector = try vector(counter)
    let sealed = try Self.available { () throws(CryptoError) in
      try keys.cipher.encrypt(padded, key: keys.encryption, vector: vector)
    }
    return command.ins.isMultiple(of: 2)
      ? TLV.encoded(0x87, [0x01] + sealed) : TLV.encoded(0x85, sealed)
  }

  /// DO'97'
  private static func expectation(of command: CommandAPDU) -> [UInt8] {
    guard let le = command.le else { return [] }
    let low = UInt8(truncatingIfNeeded: le)
    return TLV.encoded(
      0x97, command.isExtended ? [UInt8(truncatingIfNeeded: le >> 8), low] : [low])
  }

  private func open(_ answer: ResponseAPDU, to instruction: UInt8) throws(MessagingFault) -> ResponseAPDU {
    let objects = try AnswerObjects(answer)
    let code = try code(of: objects.covered, counter)
    guard constantTimeEqual(code, objects.code) else { throw .codeWrong }
    guard objects.status == answer.status else { throw .statusDiffers }
    return ResponseAPDU(try data(of: objects, instruction), status: objects.status)
  }

  private func data(
    of objects: AnswerObjects, _ instruction: UInt8
  ) throws(MessagingFault) -> [UInt8] {
    guard let sealed = try objects.cryptogram(ofOddInstruction: !instruction.isMultiple(of: 2)) else {
      return []
    }
    guard !sealed.isEmpty, sealed.count.isMultiple(of: keys.cipher.blockLength) else { throw .malformed }
    let vector = try vector(counter)
    let padded = try Self.available { () throws(CryptoError) in
      try keys.cipher.decrypt(sealed, key: keys.encryption, vector: vector)
    }
    guard let data = ChipPadding.strip(padded, block: keys.cipher.blockLength) else { throw .malformed }
    return data
  }

  /// The code over the counter and `covered`; CMAC has no padding of its own that would do.
  private func code(
    of covered: [UInt8], _ counter: SendSequenceCounter
  ) throws(MessagingFault) -> [UInt8] {
    let message = counter.bytes + covered
    let cipher = keys.cipher
    let padded = cipher == .tripleDES ? message : ChipPadding.pad(message, to: cipher.blockLength)
    return try Self.available { () throws(CryptoError) in
      try cipher.authenticate(padded, key: keys.authentication)
    }
  }

  /// Zeros with 3DES; with AES the encrypted counter.
  private func vector(_ counter: SendSequenceCounter) throws(MessagingFault) -> [UInt8]? {
    if keys.cipher == .tripleDES { return nil }
    return try Self.available { () throws(CryptoError) in
      try keys.cipher.encrypt(counter.bytes, key: keys.encryption)
    }
  }

  private static func available<Value>(
    _ work: () throws(CryptoError) -> Value
  ) throws(MessagingFault) -> Value {
    do throws(CryptoError) { return try work() } catch { throw .unavailable }
  }
}

/// The send sequence counter: a big-endian number of one block.
struct SendSequenceCounter: Sendable, Equatable {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func advance() {
    for index in bytes.indices.reversed() {
      bytes[index] &+= 1
      if bytes[index] != 0 { return }
    }
  }
}
