import PassgateClient
import PassgateEngines
import PassgateProfile
import PassgateSystem

/// `passgate-lab load`: calls at a steady rate while something else happens to the platform.
struct LoadCommand {
  private let load: SteadyLoad
  private let profiles: [String]
  private let report: String?
  private let asJSON: Bool
  private let clock = SystemClock()
  private let end: UInt64
  private let until: String?

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try LoadCommand(invocation).run()
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    let records = RecordGenerator(seed: UInt64(invocation.integer("--seed") ?? 1))
    let claims = LifelikeClaims(records: records, wrongPercent: 0)
    let count = invocation.integer("--records") ?? 1_000
    let picture = try invocation.value("--image").map { try LoadPicture($0) }
    profiles = try profilePaths(invocation)
    load = try SteadyLoad(
      profiles: profiles,
      SteadyLoad.Settings(
        rate: Double(invocation.integer("--rate") ?? 100),
        connections: invocation.integer("--connections") ?? 4,
        connectionAge: invocation.integer("--connection-age").map { UInt64($0) * 1_000_000_000 }
      ) { path in
        try LoadTenant(try Profile.read(path), claims: claims, records: count, picture: picture)
      })
    report = invocation.value("--report")
    asJSON = invocation.flag("--json")
    until = invocation.value("--until")
    let seconds = invocation.integer("--seconds") ?? (until == nil ? 10 : 3_600)
    end = clock.monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
  }

  private func run() throws -> ExitStatus {
    let clock = clock
    let began = clock.monotonicNanoseconds()
    var nextReport = began
    try load.run { load in
      let now = clock.monotonicNanoseconds()
      if now >= nextReport {
        try write(now - began, isOver: false)
        nextReport = now + 200_000_000
      }
      return now < end && !(until.map(Files.exists) ?? false)
    }
    let lasted = clock.monotonicNanoseconds() - began
    try write(lasted, isOver: true)
    let result = LoadReport(counts: load.counts, profiles: profiles, keyIDs: load.keyIDs, nanoseconds: lasted)
    print(asJSON ? result.json : result.text)
    return result.isFlawless ? .done : .wrong
  }

  private func write(_ nanoseconds: UInt64, isOver: Bool) throws {
    guard let report else { return }
    var result = LoadReport(
      counts: load.counts, profiles: profiles, keyIDs: load.keyIDs, nanoseconds: nanoseconds)
    result.isOver = isOver
    // Whoever reads it along sees the old or the new one.
    try Files.replace(report, with: Array((result.json + "\n").utf8))
  }
}
