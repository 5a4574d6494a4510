import PassgateClient
import PassgateEngines
import PassgateProfile
import PassgateSystem
import PassgateWire

/// `passgate-lab bench`: a load on the platform, with what it cost.
struct BenchCommand {
  private let tenants: [LoadTenant]
  private let connections: [LoadConnection]
  private let shape: LoadDriver.Shape
  private let server: ServerProcess?
  private let seconds: Double
  private let warmUp: Double
  private let report: BenchReport

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    if let processor = invocation.integer("--processor") { try pinThread(toProcessor: processor) }
    return try BenchCommand(invocation).run()
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    let records = RecordGenerator(seed: UInt64(invocation.integer("--seed") ?? 1))
    let claims = LifelikeClaims(records: records, wrongPercent: invocation.integer("--wrong") ?? 2)
    let profiles = try profilePaths(invocation).map { try Profile.read($0) }
    let tenants = try profiles.map {
      try LoadTenant($0, claims: claims, records: invocation.integer("--records") ?? 1_000)
    }
    self.tenants = tenants
    let count = invocation.integer("--connections") ?? 16
    let verifyEvery = invocation.integer("--verify") ?? 64
    let connections = try (0..<count).map {
      try LoadConnection(
        tenants[$0 % tenants.count], verifyEvery: verifyEvery, signsTogether: invocation.flag("--batch"))
    }
    for connection in connections { try connection.prepare((invocation.integer("--prepare") ?? 0) / count) }
    self.connections = connections
    shape =
      invocation.integer("--rate").map { .open(rate: Double($0)) }
      ?? .closed(depth: invocation.integer("--depth") ?? 1)
    server = invocation.integer("--server-pid").map { ServerProcess(pid: $0) }
    seconds = Double(invocation.integer("--seconds") ?? 5)
    warmUp = min(1, seconds / 2)
    report = BenchReport(
      asJSON: invocation.flag("--json"), connections: count, shape: shape, verifyEvery: verifyEvery)
  }

  private func run() throws -> ExitStatus {
    let meters = try tenants.map { try BareMeter($0.profile.algorithm) }
    let before = try quietCost(meters)
    let driver = try LoadDriver(connections, shape, server: server, seed: 1, meters: meters)
    let result = try driver.run(warmUp: warmUp, seconds: seconds)
    report.show(result, bare: BareCost.mean([before, try quietCost(meters)]))
    return result.tally.refused.isEmpty && result.tally.answered > 0 ? .done : .wrong
  }

  /// While the server has nothing to do; of all tenants alike, since each has its share of the connections.
  private func quietCost(_ meters: [BareMeter]) throws -> BareCost {
    for meter in meters { try meter.run(for: 400_000_000) }
    return BareCost.mean(meters.map { $0.read() })
  }
}

/// The profiles that the command line names, or the one that the environment does.
func profilePaths(_ invocation: CommandLine.Invocation) throws -> [String] {
  let given = invocation.values("--profile")
  return given.isEmpty ? [try profilePath(invocation)] : given
}
