import PassgateCrypto
import PassgateEngines

/// A chip's refusal: the status it answers with.
struct CardRefusal: Error {
  let status: UInt16

  init(_ status: UInt16) { self.status = status }
}

/// The chip's side of secure messaging (ICAO 9303-11 section 9.8).
struct CardMessaging: Sendable {
  let keys: SessionKeys
  private var counter: [UInt8]

  init(_ keys: SessionKeys) {
    self.keys = keys
    counter = keys.counter
  }

  /// The command that a protected one carries.
  mutating func open(_ command: CommandAPDU) throws(CardRefusal) -> CommandAPDU {
    count()
    let objects = try Self.objects(command.data)
    guard let code = objects.first(0x8e) else { throw CardRefusal(StatusWord.messagingObjectMissing) }
    let covered = objects.filter { $0.tag != 0x8e }.flatMap { BER.element($0.tag, $0.content) }
    let header = ChipPadding.pad(
      [command.cla, command.ins, command.p1, command.p2], to: keys.cipher.blockLength)
    guard constantTimeEqual(code, try authenticate(header + covered)) else {
      throw CardRefusal(StatusWord.messagingObjectWrong)
    }
    var plain = command
    plain.cla &= 0xf3
    plain.data = try data(of: objects)
    plain.le = try Self.expectedLength(objects.first(0x97))
    return plain
  }

  /// The protected form of an answer.
  mutating func protect(
    _ answer: ResponseAPDU, to command: CommandAPDU
  ) throws(CardRefusal) -> ProtectedAnswer {
    count()
    let status = BER.element(0x99, Self.bytes(of: answer.status))
    let content = answer.data.isEmpty ? [] : try hidden(answer.data, command)
    return ProtectedAnswer(
      content: content, status: status, code: BER.element(0x8e, try authenticate(content + status)),
      outer: answer.status)
  }

  /// The code over objects that are not what the standard lets a chip send.
  func code(over objects: [UInt8]) throws(CardRefusal) -> [UInt8] {
    BER.element(0x8e, try authenticate(objects))
  }

  /// DO'87', or DO'85' for an odd instruction; what is not asked for otherwise is as the standard says.
  func hidden(
    _ data: [UInt8], _ command: CommandAPDU, indicator: UInt8 = 1, isPadded: Bool = true, isCut: Bool = false
  ) throws(CardRefusal) -> [UInt8] {
    let block = keys.cipher.blockLength
    // Without padding, a block of data that ends in another byte than padding may end in.
    let whole = isPadded ? ChipPadding.pad(data, to: block) : [UInt8](repeating: 0x5a, count: block)
    let hidden = try run { () throws(CryptoError) in
      try keys.cipher.encrypt(whole, key: keys.encryption, vector: try vector())
    }
    let sent = isCut ? Array(hidden.dropLast(3)) : hidden
    return command.ins & 1 == 1 ? BER.element(0x85, sent) : BER.element(0x87, [indicator] + sent)
  }

  private func data(of objects: [BER.Element]) throws(CardRefusal) -> [UInt8] {
    guard let hidden = objects.first(0x85) ?? objects.first(0x87).map({ Array($0.dropFirst()) }) else {
      return []
    }
    let padded = try run { () throws(CryptoError) in
      try keys.cipher.decrypt(hidden, key: keys.encryption, vector: try vector())
    }
    guard objects.first(0x87)?.first ?? 1 == 1,
      let data = ChipPadding.strip(padded, block: keys.cipher.blockLength)
    else { throw CardRefusal(StatusWord.messagingObjectWrong) }
    return data
  }

  private static func objects(_ data: [UInt8]) throws(CardRefusal) -> [BER.Element] {
    let known: [UInt16] = [0x85, 0x87, 0x97, 0x8e]
    guard let objects = BER.elements(data), Set(objects.map(\.tag)).count == objects.count,
      objects.allSatisfy({ known.contains($0.tag) }), !objects.dropLast().contains(where: { $0.tag == 0x8e })
    else { throw CardRefusal(StatusWord.messagingObjectWrong) }
    return objects
  }

  private static func expectedLength(_ content: [UInt8]?) throws(CardRefusal) -> Int? {
    guard let content else { return nil }
    guard 1...2 ~= content.count else { throw CardRefusal(StatusWord.messagingObjectWrong) }
    let length = content.reduce(0) { $0 << 8 | Int($1) }
    return length == 0 ? 1 << (8 * content.count) : length
  }

  /// Zeros with 3DES, the encrypted counter with AES.
  private func vector() throws(CryptoError) -> [UInt8]? {
    keys.cipher == .tripleDES ? nil : try keys.cipher.encrypt(counter, key: keys.encryption)
  }

  private func authenticate(_ covered: [UInt8]) throws(CardRefusal) -> [UInt8] {
    let message = counter + covered
    // The code of 3DES pads by itself.
    let whole =
      keys.cipher == .tripleDES ? message : ChipPadding.pad(message, to: keys.cipher.blockLength)
    return try run { () throws(CryptoError) in
      try keys.cipher.authenticate(whole, key: keys.authentication)
    }
  }

  private mutating func count() {
    for place in counter.indices.reversed() {
      counter[place] &+= 1
      if counter[place] != 0 { return }
    }
  }

  private static func bytes(of status: UInt16) -> [UInt8] {
    [UInt8(status >> 8), UInt8(truncatingIfNeeded: status)]
  }
}

/// An answer of secure messaging in its parts.
struct ProtectedAnswer: Sendable {
  /// DO'87' or DO'85', or nothing.
  var content: [UInt8]
  /// DO'99'.
  var status: [UInt8]
  /// DO'8E'.
  var code: [UInt8]
  /// The status behind them.
  var outer: UInt16

  var answer: ResponseAPDU { ResponseAPDU(content + status + code, status: outer) }
}

/// The value of `body`, or 6F00 where the cryptography fails: a chip never says more.
func run<Value>(_ body: () throws(CryptoError) -> Value) throws(CardRefusal) -> Value {
  do { return try body() } catch {
    throw CardRefusal(error.reason == .malformed ? StatusWord.messagingObjectWrong : StatusWord.noDiagnosis)
  }
}
