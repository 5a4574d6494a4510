import PassgateDomain
import PassgateEngines
import Testing

/// Whatever bytes a chip or a tenant sends, a reader answers: by a value or by a fault, in one pass.
struct HostileFileTests {
  private static let readable = ChipFile.allCases.filter { !$0.isForbidden }

  @Test(arguments: readable) func randomBytesEndInAnAnswer(_ file: ChipFile) {
    var random = Seeded(UInt64(file.rawValue))
    for round in 0..<400 {
      let count = Int(random.next() % (round % 8 == 0 ? 2_000 : 60))
      var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if round % 2 == 0, let tag = file.tag { bytes = TLV.encoded(tag, bytes) }
      _ = Reading.of(file, bytes)
    }
  }

  /// Files that are in order, with one to four bytes changed, put in or taken out.
  @Test(arguments: readable) func damagedFilesEndInAnAnswer(_ file: ChipFile) throws {
    var random = Seeded(UInt64(file.rawValue) &+ 1_000)
    let whole = SampleFiles.of(file)
    for cut in 0..<min(whole.count, 200) { _ = Reading.of(file, Array(whole.prefix(cut))) }
    for _ in 0..<600 {
      var bytes = whole
      for _ in 0...random.next() % 4 where !bytes.isEmpty {
        let position = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[position] ^= 1 << (random.next() % 8)
        case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
        default: bytes.remove(at: position)
        }
      }
      _ = Reading.of(file, bytes)
    }
  }

  @Test(arguments: readable.filter { $0 != .sod }) func samplesAreInOrder(_ file: ChipFile) {
    let reading = Reading.of(file, SampleFiles.of(file))
    #expect(reading == .accepted)
  }
}

/// SplitMix64: the same numbers in every run.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
