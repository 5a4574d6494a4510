import PassgateSystem

/// Reads the lines of a calibration's file in their order; nothing is skipped, and nothing may follow.
struct CalibrationReader {
  let lines: [String]
  private var position = 0

  init(lines: [String]) { self.lines = lines }

  /// Bounds of what a file may say.
  private enum Limit {
    static let files = 8
    static let dimension = 512
    static let populations = 16
    static let cohort = 5_000
    static let people = 10_000_000
    static let pairs = 1_000_000_000_000_000
  }

  mutating func calibration() throws(CalibrationFault) -> Calibration {
    guard lines.first == CalibrationFile.format else {
      throw CalibrationFault(line: 1, problem: "it does not begin with '\(CalibrationFile.format)'")
    }
    position = 1
    let purpose = try purpose()
    let made = try date()
    let model = try model()
    let neighbours = try number("neighbours", 2...Limit.cohort)
    let populations = try populations()
    let genuine = try genuine()
    let scale = ScoreScale(knots: try knots())
    let vectors = try vectors(of: model.dimension)
    guard position == lines.count else { throw fault("nothing may follow the last vector") }
    let calibration = Calibration(
      purpose: purpose, made: made, model: model, populations: populations, genuine: genuine, scale: scale,
      cohort: Cohort(vectors: vectors, neighbours: neighbours))
    if let problem = calibration.fault { throw CalibrationFault(line: nil, problem: problem) }
    return calibration
  }
}

// MARK: - Parts

extension CalibrationReader {
  private mutating func purpose() throws(CalibrationFault) -> Calibration.Purpose {
    guard let purpose = Calibration.Purpose(rawValue: try value("purpose")) else {
      throw before("purpose is 'operator' or 'development'")
    }
    return purpose
  }

  private mutating func date() throws(CalibrationFault) -> String {
    let text = try value("made")
    guard text.utf8.count == 10, CivilTime(text) != nil else {
      throw before("made is no date such as 2026-11-24")
    }
    return text
  }

  private mutating func model() throws(CalibrationFault) -> ModelManifest {
    let backend = try name("backend")
    var files: [ModelManifest.File] = []
    while files.count < Limit.files, comes("file") { files.append(try file()) }
    guard !files.isEmpty else { throw fault("'file' with a name and a SHA-256 is expected here") }
    let flags = try value("flags")
    guard flags.utf8.count <= 64 else { throw before("the flags are too long") }
    let dimension = try number("dimension", 1...Limit.dimension)
    return ModelManifest(backend: backend, files: files, buildFlags: flags, dimension: dimension)
  }

  private mutating func file() throws(CalibrationFault) -> ModelManifest.File {
    let words = try words("file", count: 2)
    guard let digest = Hex.decode(words[1]), digest.count == 32, Hex.encode(digest) == words[1] else {
      throw before("a file's SHA-256 is 64 hexadecimal digits in lower case")
    }
    return ModelManifest.File(name: try name(in: words[0]), sha256: digest)
  }

  private mutating func populations() throws(CalibrationFault) -> [Calibration.Population] {
    var populations: [Calibration.Population] = []
    while populations.count < Limit.populations, comes("population") { populations.append(try population()) }
    guard !populations.isEmpty else { throw fault("'population' is expected here") }
    return populations
  }

  private mutating func population() throws(CalibrationFault) -> Calibration.Population {
    let words = try words("population", count: 5)
    guard words[2] == "people", words[4] == "pairs" else {
      throw before("a population is 'NAME N people N pairs'")
    }
    return Calibration.Population(
      name: try name(in: words[0]), people: try whole(words[1], 2...Limit.people),
      pairs: try whole(words[3], 1...Limit.pairs))
  }

  private mutating func genuine() throws(CalibrationFault) -> Calibration.Genuine? {
    guard comes("genuine") else { return nil }
    let words = try words("genuine", count: 6)
    guard words[1] == "pairs", words[3] == "below-400", words[5] == "below-600" else {
      throw before("genuine is 'N pairs N below-400 N below-600'")
    }
    let pairs = try whole(words[0], 1...Limit.pairs)
    let below600 = try whole(words[4], 0...pairs)
    return Calibration.Genuine(pairs: pairs, below400: try whole(words[2], 0...below600), below600: below600)
  }

  private mutating func knots() throws(CalibrationFault) -> [ScoreScale.Knot] {
    var knots: [ScoreScale.Knot] = []
    while comes("knot") {
      let words = try words("knot", count: 2)
      guard let z = Decimal4.value(words[1]) else {
        throw before("a knot's z is a number with four decimals")
      }
      knots.append(ScoreScale.Knot(score: try whole(words[0], 0...1000), z: z))
    }
    return knots
  }

  private mutating func vectors(of dimension: Int) throws(CalibrationFault) -> [[Float]] {
    let count = try number("vectors", 2...Limit.cohort)
    var vectors: [[Float]] = []
    for _ in 0..<count {
      guard let bytes = Base64.decode(try value("vector")), bytes.count == dimension * 4 else {
        throw before("a vector is \(dimension * 4) bytes in base64")
      }
      vectors.append([Float](littleEndian: bytes))
    }
    return vectors
  }
}

// MARK: - Lines and words

extension CalibrationReader {
  private func comes(_ key: String) -> Bool { position < lines.count && lines[position].hasPrefix(key + " ") }

  /// What follows the key in the next line.
  private mutating func value(_ key: String) throws(CalibrationFault) -> String {
    guard position < lines.count else { throw fault("the file ends where '\(key)' is expected") }
    guard comes(key) else { throw fault("'\(key)' is expected here") }
    position += 1
    return String(lines[position - 1].dropFirst(key.count + 1))
  }

  private mutating func words(_ key: String, count: Int) throws(CalibrationFault) -> [String] {
    let words = try value(key).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == count else { throw before("'\(key)' has \(words.count) words instead of \(count)") }
    return words
  }

  private mutating func number(_ key: String, _ range: ClosedRange<Int>) throws(CalibrationFault) -> Int {
    let text = try value(key)
    return try whole(text, range)
  }

  private func whole(_ text: String, _ range: ClosedRange<Int>) throws(CalibrationFault) -> Int {
    guard let number = Int(text), String(number) == text, range ~= number else {
      throw before("a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
    }
    return number
  }

  private mutating func name(_ key: String) throws(CalibrationFault) -> String {
    let text = try value(key)
    return try name(in: text)
  }

  private func name(in text: String) throws(CalibrationFault) -> String {
    guard Calibration.isName(text) else { throw before("a name is 1 to 32 of a-z, 0-9 and '-'") }
    return text
  }

  /// A fault of the line to be read.
  private func fault(_ problem: String) -> CalibrationFault {
    CalibrationFault(line: position + 1, problem: problem)
  }

  /// A fault of the line read last.
  private func before(_ problem: String) -> CalibrationFault {
    CalibrationFault(line: position, problem: problem)
  }
}

extension Calibration {
  /// Whether a text can name a population, a backend or a file.
  static func isName(_ text: String) -> Bool {
    let bytes = text.utf8
    return 1...32 ~= bytes.count
      && bytes.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") }
  }
}
