import PassgateDomain
import PassgateEngines
import PassgateSoftChip
import PassgateSystem

/// Many readings at once, each a turn at a time, and the memory of this process meanwhile.
struct ManyReadings {
  let count: Int
  /// Those that ended with all that the chip has.
  private(set) var succeeded = 0
  /// Resident memory in bytes: with all chips there and nothing read, at most, and when all readings are over.
  private(set) var before = 0
  private(set) var peak = 0
  private(set) var after = 0
  /// The processor time of all readings, nanoseconds.
  private(set) var spent: UInt64 = 0

  var bytesEach: Int { max(0, peak - before) / max(1, count) }

  init(_ count: Int, _ made: MadeDocument, allowsExtendedLength: Bool) throws {
    self.count = count
    let terms = ReadingTerms(allowsExtendedLength: allowsExtendedLength)
    let chips = (0..<count).map { _ in SoftChip(made.document) }
    before = try Self.resident("VmRSS")
    var readings = chips.map { RelayedReading(made, $0, terms: terms) }
    var running = Array(readings.indices)
    while !running.isEmpty {
      running = try running.filter { try !isOver(&readings[$0]) }
      peak = max(peak, try Self.resident("VmRSS"))
    }
    readings = []
    after = try Self.resident("VmRSS")
  }

  /// After one turn more. What was read stays until the last reading is over.
  private mutating func isOver(_ reading: inout RelayedReading) throws -> Bool {
    guard let result = try reading.advance() else { return false }
    succeeded += result.files[.sod] != nil && result.files[.dg2] != nil ? 1 : 0
    spent += reading.spent
    return true
  }

  private static func resident(_ key: String) throws -> Int {
    let status = String(decoding: try Files.read("/proc/self/status"), as: UTF8.self)
    for line in status.split(separator: "\n") where line.hasPrefix("\(key):") {
      if let kibibytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({
        Int($0)
      }) {
        return kibibytes * 1_024
      }
    }
    throw Failure("/proc/self/status names no \(key)")
  }
}
