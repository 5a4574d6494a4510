import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Synchronization
import Testing

/// A reader that plays the platform's own protocols with a software chip, one command at a time.
struct Terminal {
  var chip: SoftChip
  var messaging: SecureMessaging?
  let holder: InventedHolder

  init(_ made: MadeDocument, fault: SoftFault? = nil, after: Int? = nil, second: SoftDocument? = nil) {
    chip = SoftChip(made.document, fault: fault, after: after, second: second)
    holder = made.holder
  }

  var zone: AccessPassword {
    .mrz(documentNumber: holder.documentNumber, birthDate: holder.birthDate, expiry: holder.expiry)
  }

  /// What the chip gives to a batch, which ends at the first answer that is no success, or none.
  mutating func send(_ commands: [CommandAPDU]) throws -> [ResponseAPDU] {
    let sent = try messaging?.protect(commands) ?? commands
    var answers: [ResponseAPDU] = []
    for command in sent {
      guard let answer = ResponseAPDU(decoding: chip.answer(command.bytes)) else { break }
      answers.append(answer)
      if !answer.isSuccess { break }
    }
    return try messaging?.open(answers) ?? answers
  }

  mutating func send(_ command: CommandAPDU) throws -> ResponseAPDU? { try send([command]).first }

  /// Plays a protocol to its end.
  private mutating func play<Outcome>(
    _ next: ([ResponseAPDU]) throws(ChipFault) -> ChipStep<Outcome>
  ) throws -> Outcome {
    var answers: [ResponseAPDU] = []
    while true {
      switch try next(answers) {
      case .send(let commands): answers = try send(commands)
      case .done(let outcome): return outcome
      }
    }
  }

  // MARK: - Opening

  @discardableResult
  mutating func selectApplication() throws -> ResponseAPDU? {
    try send(CommandAPDU(0, 0xa4, 4, 0x0c, [0xa0, 0, 0, 0x02, 0x47, 0x10, 0x01]))
  }

  mutating func openBasic() throws {
    try selectApplication()
    var access = try BAC(zone, random: randomBytes)
    messaging = SecureMessaging(try play { answers throws(ChipFault) in try access.next(answers) })
  }

  /// By what EF.CardAccess offers, and then into the application.
  @discardableResult
  mutating func openPACE(_ password: AccessPassword? = nil) throws -> PACE.Outcome {
    let infos = try SecurityInfos(try #require(try read(0x011c)))
    var access = try PACE(infos, password ?? zone, random: randomBytes)
    let outcome = try play { answers throws(ChipFault) in try access.next(answers) }
    messaging = SecureMessaging(outcome.keys)
    return outcome
  }

  /// As the chip has it, into the application.
  mutating func open(_ recipe: SoftRecipe) throws {
    guard !recipe.pace.isEmpty else { return try openBasic() }
    try openPACE()
    try selectApplication()
  }

  // MARK: - Genuineness

  /// Chip authentication, and the session that it gives; whether the chip goes on in it is for the next command.
  mutating func authenticateChip() throws {
    let infos = try SecurityInfos(dg14: try #require(try read(0x010e)))
    var protocolRun = try #require(try ChipAuthentication(infos, random: randomBytes))
    messaging = SecureMessaging(
      try play { answers throws(ChipFault) in try protocolRun.next(answers) }.keys)
  }

  /// Whether active authentication holds.
  mutating func authenticateActively(allowsExtendedLength: Bool) throws -> Bool {
    let key = try ActiveAuthenticationKey(try #require(try read(0x010f)))
    let infos = try read(0x010e).map { try SecurityInfos(dg14: $0) }
    var active = ActiveAuthentication(
      key: try DocumentKey(spki: key.spki), info: infos?.activeAuthentication.first,
      allowsExtendedLength: allowsExtendedLength, random: randomBytes)
    return try play { answers throws(ChipFault) in try active.next(answers) }
  }

  // MARK: - Files

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
    try document(try recipe(name), fault: fault)
  }

  static func recipe(_ name: String) throws -> SoftRecipe {
    try #require(SoftRecipe(name: name), "no document \(name)")
  }
}

extension SoftRecipe: CustomTestStringConvertible {
  package var testDescription: String { name }
}

extension SoftFault: CustomTestStringConvertible {
  package var testDescription: String { name }
}
