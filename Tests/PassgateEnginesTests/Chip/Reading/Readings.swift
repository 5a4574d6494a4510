import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import Testing

/// A software chip on a reader that relays a reading, and may tamper with it.
struct Relay {
  var chip: SoftChip
  var reading: ChipReading
  var now: UInt64 = 0
  /// What the reader sends back instead, by the number of the turn and what the chip answered.
  var tamper: (Int, [[UInt8]]) -> [[UInt8]] = { $1 }
  private(set) var turns = 0
  /// The instructions that went to the chip.
  private(set) var instructions: [UInt8] = []
  private(set) var progress: [Int] = []

  init(
    _ made: MadeDocument, chip: SoftChip? = nil, password: AccessPassword? = nil,
    terms: ReadingTerms = ReadingTerms(allowsExtendedLength: true), random: @escaping ChipRandom = randomBytes
  ) {
    self.chip = chip ?? SoftChip(made.document)
    reading = ChipReading(password ?? made.password, terms: terms, now: 0, random: random)
  }

  /// To the end.
  mutating func run() -> ChipReading.Turn {
    var turn = reading.begin(now: now)
    while case .send(let commands, let progress) = turn {
      turns += 1
      self.progress.append(progress)
      turn = reading.take(tamper(turns, answers(to: commands)), now: now)
    }
    return turn
  }

  /// The reader stops behind the first answer that is not 9000.
  mutating func answers(to commands: [[UInt8]]) -> [[UInt8]] {
    var answers: [[UInt8]] = []
    for command in commands {
      if command.count > 1 { instructions.append(command[1]) }
      let answer = chip.answer(command)
      answers.append(answer)
      if !answer.suffix(2).elementsEqual([0x90, 0x00]) { break }
    }
    return answers
  }

  mutating func fault() -> ChipFault? {
    if case .failed(let fault) = run() { fault } else { nil }
  }

  /// - Throws: the fault that ended it.
  mutating func result() throws -> ChipReadingResult {
    switch run() {
    case .finished(let result): return result
    case .failed(let fault): throw fault
    case .send: throw ChipFault.tooMany
    }
  }
}

extension MadeDocument {
  var password: AccessPassword {
    .mrz(documentNumber: holder.documentNumber, birthDate: holder.birthDate, expiry: holder.expiry)
  }

  /// What a reading gives of the document's files, beside those of the master file.
  func groups(_ wanted: Set<ChipFile> = [.dg1, .dg2, .dg11, .dg12, .dg14, .dg15]) -> [ChipFile: [UInt8]] {
    document.files.filter { wanted.union([.com, .sod]).contains($0.key) }
  }
}

/// Documents that the tests share, because their keys take long to make.
enum ReadingDocuments {
  static let time: Int64 = 1_793_491_200

  private static let all: [String: MadeDocument] = SoftRecipe.all.reduce(into: [:]) {
    $0[$1.name] = try? DocumentMaker($1).make(at: time)
  }

  static func named(_ name: String) throws -> MadeDocument { try #require(all[name]) }

  static func fault(_ name: String) throws -> SoftFault {
    let fault: SoftFault? = SoftFault(name: name)
    return try #require(fault)
  }

  /// A document with this fault in its files.
  static func faulty(_ name: String, _ fault: String) throws -> MadeDocument {
    let recipe = try #require(SoftRecipe(name: name))
    return try DocumentMaker(recipe, fault: self.fault(fault)).make(at: time)
  }

  static func portrait(of size: Int, in name: String = "chinese-passport") throws -> MadeDocument {
    var recipe = try #require(SoftRecipe(name: name))
    recipe.portraitSize = size
    return try DocumentMaker(recipe).make(at: time)
  }
}
