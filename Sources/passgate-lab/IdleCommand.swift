import PassgateClient
import PassgateEngines
import PassgateProfile
import PassgateSystem

/// `passgate-lab idle`: what a connection costs the server that has nothing to do.
struct IdleCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let count = invocation.integer("--connections") ?? 1_000
    let server = ServerProcess(pid: invocation.integer("--server-pid") ?? 0)
    let claims = LifelikeClaims(records: RecordGenerator(seed: 1), wrongPercent: 0)
    let tenants = try profilePaths(invocation).map {
      try LoadTenant(try Profile.read($0), claims: claims, records: 1)
    }
    // What the first connection brings into being stays, and is not the cost of one more.
    try open(max(1, count / 100), tenants).forEach(check)
    let before = try server.anonymousMemory()
    let connections = try open(count, tenants)
    for connection in connections { try check(connection) }
    let after = try server.anonymousMemory()
    let each = Double(after - before) / Double(count) / 1_024
    show(count, each, asJSON: invocation.flag("--json"))
    return .done
  }

  private static func open(_ count: Int, _ tenants: [LoadTenant]) throws -> [LoadConnection] {
    var progress = Progress(label: "Connecting", total: count)
    let connections = try (0..<count).map { index in
      progress.update(index)
      return try LoadConnection(tenants[index % tenants.count], verifyEvery: 1, signsTogether: false)
    }
    progress.finish(count)
    return connections
  }

  /// One verified call, so that the server holds all that it keeps for a caller.
  private static func check(_ connection: LoadConnection) throws {
    let clock = SystemClock()
    var tally = LoadTally()
    try connection.send(1, since: clock.monotonicNanoseconds())
    while try connection.receive(into: &tally) == 0 {
      guard try Sockets.poll(connection.descriptor, for: .readable, timeoutMilliseconds: 10_000) else {
        throw Failure("no answer in time")
      }
    }
  }

  private static func show(_ count: Int, _ kibibytes: Double, asJSON: Bool) {
    let rounded = (kibibytes * 100).rounded() / 100
    guard asJSON else {
      return print("\(count) idle connections: \(rounded) KiB of anonymous memory each")
    }
    var json = JSONWriter()
    json.object { json in
      json.number("connections", count)
      json.number("kibibytesEach", rounded)
    }
    print(json.result)
  }
}
