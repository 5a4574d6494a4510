import PassgateCrypto
import PassgateDomain

/// What a reading does one after another, in plain commands: whoever runs it protects them.
struct ReadingCourse: Sendable {
  /// What comes next.
  enum Move: Sendable {
    case send([CommandAPDU])
    /// The commands go out under these keys.
    case open(SessionKeys, [CommandAPDU])
    /// The commands go out in the clear, to a chip whose session is over.
    case restart([CommandAPDU])
    case finish(Contents)
  }

  struct Contents: Sendable {
    var files: [ChipFile: [UInt8]] = [:]
    var access = ChipVerdict.Access.bac
    var secret: ChipVerdict.AccessSecret
    var proofs: [ChipProof] = []
  }

  enum Stage: Sendable {
    case ready
    /// EF.CardAccess and EF.ATR/INFO, in the clear.
    case master(FileReading)
    case bac(BAC)
    case pace(PACE)
    case cardSecurity(FileReading, ChipAuthenticationMapping)
    /// EF.COM and EF.SOD.
    case index(FileReading)
    /// Data groups, some of them held until chip authentication.
    case groups(FileReading)
    case chipAuthentication(ChipAuthentication, FileReading)
    case activeAuthentication(ActiveAuthentication)
    case over
  }

  let password: AccessPassword
  let terms: ReadingTerms
  let random: ChipRandom
  var stage = Stage.ready
  var contents: Contents
  var block = ReadBlock.standard
  /// The chip has answered chip authentication and has not yet shown that it has the new keys.
  var isConfirming = false
  /// DG14 is being read and may ask for chip authentication.
  var isChipAuthenticationDue = false
  /// Chip authentication has failed: not once more.
  var isWithoutChipAuthentication = false
  /// What was read before the chip had to be opened a second time; nil until then.
  var former: [ChipFile: [UInt8]]?

  init(_ password: AccessPassword, _ terms: ReadingTerms, _ random: @escaping ChipRandom) {
    self.password = password
    self.terms = terms
    self.random = random
    contents = Contents(secret: password.secret)
  }

  /// 0 to 100.
  var progress: Int {
    switch stage {
    case .ready: 0
    case .master: 2
    case .bac, .pace: 6
    case .cardSecurity: 12
    case .index: 15
    case .groups(let reading), .chipAuthentication(_, let reading): 20 + Int(reading.progress * 75)
    case .activeAuthentication: 97
    case .over: 100
    }
  }

  /// The commands that follow on these answers.
  mutating func advance(_ answers: [ResponseAPDU]) throws(ChipFault) -> Move {
    if isConfirming {
      isConfirming = false
      contents.proofs.append(.chipAuthentication)
    }
    let stage = stage
    self.stage = .over
    switch stage {
    case .ready: return .send(begin())
    case .master(var reading):
      if let move = try read(&reading, answers, Stage.master) { return move }
      return try chooseAccess()
    case .bac(let access): return try open(access, answers)
    case .pace(let access): return try open(access, answers)
    case .cardSecurity(var reading, let mapping):
      if let move = try read(&reading, answers, { .cardSecurity($0, mapping) }) { return move }
      return .send(proveMapping(mapping))
    case .index(var reading):
      if let move = try read(&reading, answers, Stage.index) { return move }
      return try readGroups()
    case .groups(let reading): return try readOn(reading, answers)
    case .chipAuthentication(let proof, let reading): return try prove(proof, reading, answers)
    case .activeAuthentication(let proof): return try prove(proof, answers)
    case .over: throw .tooMany
    }
  }

  /// The way on after secure messaging has ended, where there is one: the chip is opened once more, and all is read
  /// anew, because the counter could only be guessed. A chip that answers in the clear as if it had been asked so is
  /// not spoken to again.
  mutating func recover(from fault: MessagingFault) throws(ChipFault) -> Move {
    if case .activeAuthentication = stage, fault.isRefusal {
      contents.proofs.append(.failed(keyIn: .dg15))
      return .finish(contents)
    }
    if isConfirming, fault == .codeWrong || fault.isRefusal {
      isConfirming = false
      isWithoutChipAuthentication = true
      return try restart(after: fault)
    }
    guard case .unprotected(let status) = fault, ReadBlock.isTooLong(status), block.stepDown(after: status)
    else { throw .messaging(fault) }
    return try restart(after: fault)
  }

  private mutating func restart(after fault: MessagingFault) throws(ChipFault) -> Move {
    guard former == nil else { throw .messaging(fault) }
    former = contents.files
    contents = Contents(secret: password.secret)
    if isWithoutChipAuthentication { contents.proofs.append(.failed(keyIn: .dg14)) }
    return .restart(begin())
  }

  // MARK: - Reading

  /// How many bytes the files of the document may still have.
  var budget: Int { ChipFile.totalLimit - contents.files.values.reduce(0) { $0 + $1.count } }

  /// Takes answers and reads on; nil when all there is has been read, which is then kept.
  mutating func read(
    _ reading: inout FileReading, _ answers: [ResponseAPDU], _ stage: (FileReading) -> Stage
  ) throws(ChipFault) -> Move? {
    try reading.take(answers)
    block = reading.block
    let commands = reading.next(limit: terms.batch)
    guard commands.isEmpty else {
      self.stage = stage(reading)
      return .send(commands)
    }
    try keep(reading)
    return nil
  }

  /// A chip that is opened a second time has to say the same of itself.
  mutating func keep(_ reading: FileReading) throws(ChipFault) {
    for (file, bytes) in reading.files {
      if let before = former?[file], before != bytes { throw .chipChanged }
      contents.files[file] = bytes
    }
    guard reading.missing.allSatisfy({ former?[$0] == nil }) else { throw .chipChanged }
  }

  /// Begins with this reading, which asks for something.
  mutating func begin(_ reading: FileReading, _ stage: (FileReading) -> Stage) -> [CommandAPDU] {
    var reading = reading
    let commands = reading.next(limit: terms.batch)
    self.stage = stage(reading)
    return commands
  }
}

extension MessagingFault {
  /// Whether the chip ended the session by saying why, and not as if there were none.
  fileprivate var isRefusal: Bool {
    if case .unprotected(let status) = self { status >= 0x6400 && status < 0x9000 } else { false }
  }
}
