import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Synchronization
import Testing

/// A reader that sends the platform's own commands to a software chip, one at a time.
struct Terminal {
  var chip: SoftChip
  var messaging: SecureMessaging?

  init(_ chip: SoftChip) {
    self.chip = chip
  }

  /// What the chip gives to a command, protected where a session is open; nil where it gives no answer.
  mutating func send(_ command: CommandAPDU) throws -> ResponseAPDU? {
    guard messaging != nil else { return ResponseAPDU(decoding: chip.answer(command.bytes)) }
    let protected = try messaging?.protect([command]).first ?? command
    guard let answer = ResponseAPDU(decoding: chip.answer(protected.bytes)) else { return nil }
    return try messaging?.open([answer]).first
  }

  @discardableResult
  mutating func selectApplication() throws -> ResponseAPDU? {
    try send(CommandAPDU(0, 0xa4, 4, 0x0c, [0xa0, 0, 0, 0x02, 0x47, 0x10, 0x01]))
  }

  /// Basic access control with what the document prints.
  mutating func openBasic(_ holder: InventedHolder) throws {
    try selectApplication()
    var access = try BAC(
      .mrz(documentNumber: holder.documentNumber, birthDate: holder.birthDate, expiry: holder.expiry),
      random: randomBytes)
    var step = try access.next([])
    while case .send(let commands) = step {
      step = try access.next(try commands.compactMap { try send($0) })
    }
    if case .done(let keys) = step { messaging = SecureMessaging(keys) }
  }

  /// A whole file by reading it in pieces; nil where the chip does not have it.
  mutating func read(_ identifier: UInt16, piece: Int = 200) throws -> [UInt8]? {
    let name = [UInt8(identifier >> 8), UInt8(identifier & 0xff)]
    guard try send(CommandAPDU(0, 0xa4, 2, 0x0c, name))?.isSuccess == true else { return nil }
    var bytes: [UInt8] = []
    while bytes.count < 0x8000 {
      let (high, low) = (UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff))
      guard let answer = try send(CommandAPDU(0, 0xb0, high, low, le: piece)) else { return nil }
      bytes += answer.data
      if !answer.isSuccess || answer.data.isEmpty { break }
    }
    return bytes
  }
}

/// Documents that tests share, since their keys take long to make.
enum Made {
  /// When they are issued and looked at: 2026-11-01.
  static let time: Int64 = 1_793_491_200

  private static let all = Mutex<[String: MadeDocument]>([:])

  static func document(_ recipe: SoftRecipe, fault: SoftFault? = nil) throws -> MadeDocument {
    let fault = fault?.isOfDocument == true ? fault : nil
    return try all.withLock { all in
      let key = "\(recipe.name) \(fault?.name ?? "")"
      if let made = all[key] { return made }
      let made = try DocumentMaker(recipe, fault: fault).make(at: time)
      all[key] = made
      return made
    }
  }

  static func document(_ name: String, fault: SoftFault? = nil) throws -> MadeDocument {
    guard let recipe = SoftRecipe(name: name) else { throw CryptoError(.unsupported, "no document \(name)") }
    return try document(recipe, fault: fault)
  }
}

extension SoftRecipe: CustomTestStringConvertible {
  package var testDescription: String { name }
}

extension SoftFault: CustomTestStringConvertible {
  package var testDescription: String { name }
}
