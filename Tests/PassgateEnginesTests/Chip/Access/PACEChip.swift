import PassgateCrypto
import PassgateDomain
import PassgateEngines
import Synchronization

/// The chip's side of PACE, written from ICAO 9303-11 section 4.4 for the tests of the terminal's side.
struct PACEChip {
  /// What it looks for among its keys before it answers, to have a zero in front.
  enum Zero {
    case none, secret, publicKey
  }

  let identifier: ProtocolIdentifier
  let mapping: SecurityInfos.Mapping
  let group: AgreementGroup
  let cipher: ChipCipher
  let nonce: SecretBytes
  let passwordKey: [UInt8]
  /// The chip's own private key, for chip authentication mapping.
  var own: SecretBytes?
  var zero = Zero.none
  var wantsGroupNamed = false

  private(set) var keys: SessionKeys?
  private var mappingKey: AgreementKey?
  private var generator: GroupElement?
  private var pending: (expected: [UInt8], token: [UInt8])?

  init(
    _ identifier: ProtocolIdentifier, _ mapping: SecurityInfos.Mapping, _ group: AgreementGroup,
    _ cipher: ChipCipher, password: [UInt8], nonceLength: Int = 16
  ) throws {
    self.identifier = identifier
    self.mapping = mapping
    self.group = group
    self.cipher = cipher
    let length = mapping == .integrated ? cipher.mappingLength : nonceLength
    nonce = SecretBytes(try randomBytes(length))
    passwordKey = ChipKDF.derive(password, for: .password, cipher)
  }

  /// EF.CardAccess with one info.
  var cardAccess: [UInt8] {
    let info = TLV.encoded(
      0x30,
      TLV.encoded(0x06, identifier.bytes) + TLV.encoded(0x02, [2]) + TLV.encoded(0x02, [group.parameterID]))
    return TLV.encoded(0x31, info)
  }

  mutating func answer(_ command: CommandAPDU) throws -> ResponseAPDU {
    switch command.ins {
    case 0x22: return choose(command.data)
    case 0x86: return try authenticate(command)
    default: return ResponseAPDU(status: 0x6D00)
    }
  }

  private func choose(_ data: [UInt8]) -> ResponseAPDU {
    let named = data.suffix(3) == [0x84, 0x01, group.parameterID]
    guard data.starts(with: TLV.encoded(0x80, identifier.bytes)), named || !wantsGroupNamed else {
      return ResponseAPDU(status: 0x6A88)
    }
    return ResponseAPDU()
  }

  private mutating func authenticate(_ command: CommandAPDU) throws -> ResponseAPDU {
    let objects = try TLV(command.data, tag: 0x7C).children()
    guard let object = objects.first else {
      return Self.reply(0x80, try cipher.encrypt(nonce.bytes, key: passwordKey))
    }
    let content = Array(object.content)
    switch object.tag {
    case 0x81: return Self.reply(0x82, try map(content))
    case 0x83: return Self.reply(0x84, try agree(content))
    case 0x85: return command.cla == 0 ? try confirm(content) : ResponseAPDU(status: 0x6883)
    default: return ResponseAPDU(status: 0x6A80)
    }
  }

  private mutating func map(_ content: [UInt8]) throws -> [UInt8] {
    if mapping == .integrated {
      generator = try group.generator(encoding: cipher.pseudorandomNumber(nonce, content, for: group))
      return []
    }
    let key = try AgreementKey(generator: try group.generator(), randomDraws)
    let shared = try key.agree(with: GroupElement(content, in: group))
    generator = try group.generator(mapping: nonce, with: shared)
    mappingKey = key
    return key.publicKey.bytes
  }

  private mutating func agree(_ content: [UInt8]) throws -> [UInt8] {
    guard let generator else { return [] }
    let other = try GroupElement(content, in: group)
    var (key, secret) = try Self.pair(generator, other)
    // One in 256 is wanted, so an honest search ends long before.
    for _ in 0..<8192 where !isWanted(key, secret) { (key, secret) = try Self.pair(generator, other) }
    guard isWanted(key, secret) else { throw CryptoError(.mismatch, "no key has a zero in front") }
    let keys = SessionKeys(sharing: secret, cipher)
    self.keys = keys
    pending = (try token(key.publicKey.bytes, keys), try token(content, keys))
    return key.publicKey.bytes
  }

  private static func pair(
    _ generator: GroupElement, _ other: GroupElement
  ) throws -> (AgreementKey, [UInt8]) {
    let key = try AgreementKey(generator: generator, randomDraws)
    return (key, try key.agree(with: other).sharedSecret().bytes)
  }

  private func isWanted(_ key: AgreementKey, _ secret: [UInt8]) -> Bool {
    switch zero {
    case .none: true
    case .secret: secret.first == 0
    case .publicKey:
      // A point's coordinate keeps its zero, a number loses it.
      switch group {
      case .curve: key.publicKey.bytes[1] == 0
      case .modular: key.publicKey.bytes.count < group.primeBits / 8
      }
    }
  }

  private func token(_ key: [UInt8], _ keys: SessionKeys) throws -> [UInt8] {
    let tag: UInt32 = if case .curve = group { 0x86 } else { 0x84 }
    let object = TLV.encoded(0x7F49, TLV.encoded(0x06, identifier.bytes) + TLV.encoded(tag, key))
    return try cipher.authenticate(object, key: keys.authentication)
  }

  private func confirm(_ content: [UInt8]) throws -> ResponseAPDU {
    guard let pending, let keys, content == pending.expected else { return ResponseAPDU(status: 0x6300) }
    var objects = TLV.encoded(0x86, pending.token)
    if let own, let mappingKey {
      let vector = try cipher.encrypt([UInt8](repeating: 0xFF, count: 16), key: keys.encryption)
      let data = ChipPadding.pad(try mappingKey.chipAuthenticationData(own: own).bytes, to: 16)
      objects += TLV.encoded(0x8A, try cipher.encrypt(data, key: keys.encryption, vector: vector))
    }
    return ResponseAPDU(TLV.encoded(0x7C, objects))
  }

  private static func reply(_ tag: UInt32, _ content: [UInt8]) -> ResponseAPDU {
    ResponseAPDU(TLV.encoded(0x7C, TLV.encoded(tag, content)))
  }
}

/// Random bytes of the operating system.
let randomDraws: ChipRandom = { count throws(CryptoError) in try randomBytes(count) }

/// These draws one after another, then none.
func scripted(_ draws: [UInt8]...) -> ChipRandom {
  let rest = Mutex(draws)
  return { _ throws(CryptoError) in rest.withLock { $0.isEmpty ? [] : $0.removeFirst() } }
}

/// Gives `batch` to a chip as a reader does: up to the first answer that is not 9000.
func exchange(_ batch: [CommandAPDU], _ answer: (CommandAPDU) throws -> ResponseAPDU) rethrows
  -> [ResponseAPDU]
{
  var answers: [ResponseAPDU] = []
  for command in batch {
    let next = try answer(command)
    answers.append(next)
    if !next.isSuccess { break }
  }
  return answers
}

/// Runs the terminal's side to its end.
func run(
  _ pace: PACE, _ answer: (CommandAPDU) throws -> ResponseAPDU
) throws -> (PACE.Outcome, [[CommandAPDU]]) {
  var (pace, answers, batches) = (pace, [ResponseAPDU](), [[CommandAPDU]]())
  while true {
    switch try pace.next(answers) {
    case .done(let outcome): return (outcome, batches)
    case .send(let batch):
      batches.append(batch)
      answers = try exchange(batch, answer)
    }
  }
}
