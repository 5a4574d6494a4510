import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip

/// Something of which the processor time is held against that of the bare operations it needs.
final class ChipCostRow {
  struct Size {
    var turns = 0
    var commands = 0
    var bytes = 0
  }

  let name: String
  let heading: String
  /// Of a reading.
  let size: Size?
  private let bare: BareChip
  /// Nanoseconds of one round.
  private let work: () throws -> UInt64
  private let rounds: UInt64
  private var samples: [(work: Double, bare: Double)] = []

  private init(
    _ name: String, _ heading: String, _ bare: BareChip, size: Size? = nil, rounds: UInt64,
    _ work: @escaping () throws -> UInt64
  ) {
    (self.name, self.heading, self.bare, self.size) = (name, heading, bare, size)
    (self.rounds, self.work) = (rounds, work)
  }

  /// Some rounds of the work and as many of the bare operations, in turn.
  func sample() throws {
    var (spent, alone): (UInt64, UInt64) = (0, 0)
    for _ in 0..<rounds {
      spent += try work()
      alone += try bare.measure()
    }
    samples.append((Double(spent) / Double(rounds), Double(alone) / Double(rounds)))
  }

  var repetitions: Int { samples.count }
  var ratio: Spread { Spread(samples.map { $0.work / $0.bare }) }
  var microseconds: Spread { Spread(samples.map { $0.work / 1e3 }) }
  var bareMicroseconds: Spread { Spread(samples.map { $0.bare / 1e3 }) }

  /// The least and the median of some values.
  struct Spread {
    let least: Double
    let median: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      least = sorted.first ?? 0
      median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
  }
}

// MARK: - Passive authentication

extension ChipCostRow {
  private static let burst: UInt64 = 10

  /// Of all files of a document, by an issuer whose signer the platform has seen before, or has not.
  static func passive(
    _ made: MadeDocument, _ recipe: SoftRecipe, isRemembered: Bool, at time: Int64
  ) throws -> ChipCostRow {
    let files = made.document.files.filter { !$0.key.isForbidden }
    let authority = try DocumentCertificate(der: made.issuer.authority)
    let list = try DocumentRevocationList(der: made.issuer.revocationList)
    let makeTrust = { DocumentTrust(authorities: [authority], lists: [list]) }
    let kept = makeTrust()
    let judge = { (trust: DocumentTrust) throws in
      guard PassiveAuthentication.judge(files, trust: trust, at: time).chain == .trusted else {
        throw Failure("a sound document does not lead to its issuer")
      }
    }
    try judge(kept)
    return ChipCostRow(
      "passive-\(recipe.name)-\(isRemembered ? "known" : "new")",
      "passive authentication, \(recipe.name), \(isRemembered ? "known" : "new") signer",
      try barePassive(files, recipe, isRemembered), rounds: burst
    ) {
      let trust = isRemembered ? kept : makeTrust()
      return try threadTime { try judge(trust) }
    }
  }

  private static func barePassive(
    _ files: [ChipFile: [UInt8]], _ recipe: SoftRecipe, _ isRemembered: Bool
  ) throws -> BareChip {
    var bare = BareChip()
    bare.hash(files.filter { $0.key.group != nil }.map(\.value), recipe.digest)
    try bare.verify(recipe.signer.kind, recipe.signer.algorithm)
    if !isRemembered { try bare.verify(recipe.authority.kind, recipe.authority.algorithm) }
    return bare
  }
}

// MARK: - Readings

extension ChipCostRow {
  /// Of all that the platform does in a reading.
  static func reading(_ made: MadeDocument, _ recipe: SoftRecipe) throws -> ChipCostRow {
    let terms = ReadingTerms(allowsExtendedLength: recipe.hasExtendedLength)
    let chip = SoftChip(made.document)
    let opening = recipe.pace.first.map { ChipCipher($0.cipher) } ?? .tripleDES
    var tally = ProtectedTally(
      opening, renewed: recipe.agreement.first.map { ChipCipher($0.cipher) } ?? opening)
    var first = RelayedReading(made, chip, terms: terms)
    let result = try first.run { tally.add($0, $1) }
    if recipe.pace.isEmpty { tally.addBasicAccess() }
    return ChipCostRow(
      "reading-\(recipe.name)", "a reading, \(recipe.name)", try bareReading(recipe, result.proofs, tally),
      size: Size(turns: result.turns, commands: tally.commands, bytes: tally.bytes), rounds: 2
    ) {
      var reading = RelayedReading(made, chip, terms: terms)
      _ = try reading.run()
      return reading.spent
    }
  }

  private static func bareReading(
    _ recipe: SoftRecipe, _ proofs: [ChipProof], _ tally: ProtectedTally
  ) throws -> BareChip {
    var bare = BareChip()
    for (cipher, work) in tally.work { try bare.protect(work, cipher) }
    // Two keys, two agreements, and the nonce times the generator.
    if let pace = recipe.pace.first { try bare.multiply(pace.group, times: 5) }
    for proof in proofs {
      switch proof {
      case .chipAuthentication:
        if let key = recipe.agreement.first { try bare.multiply(key.group, times: 2) }
      case .chipAuthenticationMapping:
        if let pace = recipe.pace.first { try bare.multiply(pace.group, times: 1) }
        try bare.verify(recipe.signer.kind, recipe.signer.algorithm)
      case .activeAuthentication:
        try bare.answerChallenge(recipe)
      case .failed(let file): throw Failure("a sound chip failed by its key in \(file.name)")
      }
    }
    return bare
  }
}

extension BareChip {
  fileprivate mutating func answerChallenge(_ recipe: SoftRecipe) throws {
    guard let active = recipe.active else { return }
    switch active.kind {
    case .rsa(let bits): try recover(bits: bits)
    case .ec: try verify(active.kind, .ecdsa(active.digest, .plain))
    }
  }
}

extension ChipCipher {
  fileprivate init(_ cipher: SecurityInfos.Cipher) {
    switch cipher {
    case .tripleDES: self = .tripleDES
    case .aes128: self = .aes128
    case .aes192: self = .aes192
    case .aes256: self = .aes256
    }
  }
}
