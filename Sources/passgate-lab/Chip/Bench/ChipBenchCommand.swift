import Glibc
import PassgateSoftChip
import PassgateSystem

/// `passgate-lab chip bench`: what the judgement and the reading of chips cost.
struct ChipBenchCommand {
  /// The documents that stand for the others, by name.
  private static let judged = ["chinese-passport", "european-passport"]
  private static let read = ["chinese-passport", "hong-kong-passport", "european-passport"]
  /// So few repetitions are made at least.
  private static let fewest = 5

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let time = Int64(clamping: SystemClock().wallMilliseconds() / 1_000)
    let documents = try makeDocuments(at: time)
    let many = try manyReadings(invocation.integer("--readings") ?? 1_000, documents)
    let rows = try rows(documents, at: time)
    try sample(rows, seconds: invocation.integer("--seconds") ?? 10)
    let report = ChipBenchReport(rows: rows, many: many)
    print(invocation.flag("--json") ? report.json : report.text)
    return many.allSatisfy { $0.readings.succeeded == $0.readings.count } ? .done : .wrong
  }

  typealias Document = (recipe: SoftRecipe, made: MadeDocument)

  private static func makeDocuments(at time: Int64) throws -> [Document] {
    try read.compactMap(SoftRecipe.init(name:)).map { ($0, try DocumentMaker($0).make(at: time)) }
  }

  /// By basic access, and by the costliest that chips offer.
  private static func manyReadings(
    _ count: Int, _ documents: [Document]
  ) throws -> [(name: String, readings: ManyReadings)] {
    try documents.filter { judged.contains($0.recipe.name) }.map { recipe, made in
      (recipe.name, try ManyReadings(count, made, allowsExtendedLength: recipe.hasExtendedLength))
    }
  }

  private static func rows(_ documents: [Document], at time: Int64) throws -> [ChipCostRow] {
    let passive = try documents.filter { judged.contains($0.recipe.name) }.flatMap { recipe, made in
      try [false, true].map { try ChipCostRow.passive(made, recipe, isRemembered: $0, at: time) }
    }
    return try passive + documents.map { try ChipCostRow.reading($0.made, $0.recipe) }
  }

  /// Every row in turn, so that what disturbs the machine disturbs all alike.
  private static func sample(_ rows: [ChipCostRow], seconds: Int) throws {
    let clock = SystemClock()
    let end = clock.monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
    var repetitions = 0
    while repetitions < fewest || clock.monotonicNanoseconds() < end {
      for row in rows { try row.sample() }
      repetitions += 1
    }
  }
}

/// Shows it as a table in Markdown or as one JSON document. Times are microseconds.
struct ChipBenchReport {
  let rows: [ChipCostRow]
  let many: [(name: String, readings: ManyReadings)]

  var text: String {
    ([
      "| chips | x bare | us | bare, us | turns | commands | bytes |", "|---|---|---|---|---|---|---|",
    ] + rows.map(line) + [""] + many.map { "- \(sentence($0.name, $0.readings))" }).joined(separator: "\n")
  }

  private func line(_ row: ChipCostRow) -> String {
    let size = row.size.map { "\($0.turns) | \($0.commands) | \($0.bytes)" } ?? " | | "
    return "| \(row.heading) | \(spread(row.ratio, 100)) | \(spread(row.microseconds, 10)) "
      + "| \(spread(row.bareMicroseconds, 10)) | \(size) |"
  }

  private func sentence(_ name: String, _ many: ManyReadings) -> String {
    "\(many.count) readings at once, \(name): \(many.succeeded) succeeded, "
      + "\(rounded(Double(many.spent) / 1e3 / Double(max(1, many.count)), 1)) us each; resident memory "
      + "\(mebibytes(many.before)) MiB before, \(mebibytes(many.peak)) at the peak, \(mebibytes(many.after)) after: "
      + "\(many.bytesEach) bytes each."
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.array("rows") { json in
        for row in rows { write(row, &json) }
      }
      json.array("together") { json in
        for (name, readings) in many { write(name, readings, &json) }
      }
    }
    return json.result
  }

  private func write(_ row: ChipCostRow, _ json: inout JSONWriter) {
    json.object { json in
      json.string("name", row.name)
      json.number("repetitions", row.repetitions)
      for (key, spread) in [
        ("ratio", row.ratio), ("microseconds", row.microseconds), ("bare", row.bareMicroseconds),
      ] {
        json.object(key) { json in
          json.number("least", spread.least)
          json.number("median", spread.median)
        }
      }
      if let size = row.size {
        json.number("turns", size.turns)
        json.number("commands", size.commands)
        json.number("bytes", size.bytes)
      }
    }
  }

  private func write(_ name: String, _ many: ManyReadings, _ json: inout JSONWriter) {
    json.object { json in
      json.string("document", name)
      json.number("readings", many.count)
      json.number("succeeded", many.succeeded)
      json.number("before", many.before)
      json.number("peak", many.peak)
      json.number("after", many.after)
      json.number("bytesEach", many.bytesEach)
    }
  }

  private func spread(_ spread: ChipCostRow.Spread, _ parts: Double) -> String {
    "\(rounded(spread.least, parts)) / \(rounded(spread.median, parts))"
  }

  private func mebibytes(_ bytes: Int) -> Double { rounded(Double(bytes) / 1_048_576, 10) }

  private func rounded(_ value: Double, _ parts: Double) -> Double { (value * parts).rounded() / parts }
}
