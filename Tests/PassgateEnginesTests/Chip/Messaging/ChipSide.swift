import PassgateCrypto
import PassgateEngines

/// The chip's side of secure messaging, written from ICAO 9303-11 section 9.8 on its own: nothing of the code under
/// test but the ciphers.
struct ChipSide {
  let cipher: ChipCipher
  let encryption: [UInt8]
  let authentication: [UInt8]
  private(set) var counter: [UInt8]

  init(_ keys: SessionKeys) {
    cipher = keys.cipher
    encryption = keys.encryption
    authentication = keys.authentication
    counter = keys.counter
  }

  /// The plain command; nil when its code is wrong.
  mutating func unwrap(_ command: CommandAPDU) throws -> CommandAPDU? {
    count()
    guard command.cla & 0x0c == 0x0c, command.data.count >= 10 else { return nil }
    let objects = Array(command.data.dropLast(10))
    let header = ChipPadding.pad([command.cla, command.ins, command.p1, command.p2], to: cipher.blockLength)
    guard try code(header + objects) == Array(command.data.suffix(8)) else { return nil }
    var plain = CommandAPDU(command.cla & 0xf0, command.ins, command.p1, command.p2)
    var rest = objects[...]
    while let tag = rest.popFirst() {
      let value = Self.value(&rest)
      switch tag {
      case 0x97: plain.le = Self.number(value)
      case 0x87: plain.data = try open(Array(value.dropFirst()))
      default: plain.data = try open(value)
      }
    }
    return plain
  }

  /// The protected answer to what `unwrap` gave.
  mutating func wrap(_ answer: ResponseAPDU, isOdd: Bool = false) throws -> ResponseAPDU {
    count()
    var objects: [UInt8] = []
    if !answer.data.isEmpty {
      let padded = ChipPadding.pad(answer.data, to: cipher.blockLength)
      let sealed = try cipher.encrypt(padded, key: encryption, vector: try vector())
      let value = isOdd ? sealed : [1] + sealed
      objects += [isOdd ? 0x85 : 0x87] + Self.length(value.count) + value
    }
    objects += [0x99, 0x02, UInt8(answer.status >> 8), UInt8(answer.status & 0xff)]
    return ResponseAPDU(objects + [0x8e, 0x08] + (try code(objects)), status: answer.status)
  }

  private mutating func count() {
    var carry = true
    for index in counter.indices.reversed() where carry {
      counter[index] &+= 1
      carry = counter[index] == 0
    }
  }

  private func open(_ sealed: [UInt8]) throws -> [UInt8] {
    let padded = try cipher.decrypt(sealed, key: encryption, vector: try vector())
    return ChipPadding.strip(padded, block: cipher.blockLength) ?? []
  }

  private func vector() throws -> [UInt8]? {
    cipher == .tripleDES ? nil : try cipher.encrypt(counter, key: encryption)
  }

  private func code(_ covered: [UInt8]) throws -> [UInt8] {
    let message = counter + covered
    return try cipher.authenticate(
      cipher == .tripleDES ? message : ChipPadding.pad(message, to: 16), key: authentication)
  }

  private static func length(_ count: Int) -> [UInt8] {
    count < 128
      ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    var count = Int(rest.popFirst() ?? 0)
    if count > 0x80 {
      let width = count & 0x7f
      count = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(width)
    }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private static func number(_ value: [UInt8]) -> Int {
    let number = value.reduce(0) { $0 << 8 | Int($1) }
    return number == 0 ? 1 << (8 * value.count) : number
  }
}
