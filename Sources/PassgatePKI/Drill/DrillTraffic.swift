import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// Checks that go on while keys change: through connections that stay open, and through new ones.
final class DrillTraffic {
  private let sandbox: DrillSandbox
  private let name: String
  private let profiles: [String]
  private let claim: [UInt8]
  private var programs: [DrillProgram] = []
  private var pipes: [Pipe] = []
  private var single: DrillProgram?
  private var count = 0
  private(set) var tally = DrillTally()

  /// A pipe and what went into it.
  private final class Pipe {
    let descriptor: FileDescriptor
    var sent = 0

    init(_ path: String) throws(PKIError) {
      do throws(SystemError) {
        descriptor = try Files.openNewPipe(path)
      } catch {
        throw .system(error)
      }
    }
  }

  init(_ sandbox: DrillSandbox, name: String, profiles: [String]) throws(PKIError) {
    self.sandbox = sandbox
    self.name = name
    self.profiles = profiles
    claim = Array(try sandbox.text("\(sandbox.path)/claim.json").utf8.filter { $0 != 10 }) + [10]
    for profile in profiles {
      let path = "\(sandbox.scratch)/\(name)-\(profile).pipe"
      pipes.append(try Pipe(path))
      programs.append(
        try sandbox.start(
          "passgate", ["verify", "identity"] + options(profile) + ["--batch", path], as: "\(name)-\(profile)")
      )
    }
  }

  private func options(_ profile: String) -> [String] {
    ["--json", "--profile", "\(sandbox.path)/profiles/\(profile).json5"]
  }

  /// Sends one claim on each open connection, and sees to it that a new connection is always being made.
  func pump() throws(PKIError) {
    for pipe in pipes {
      let claim = claim
      let isTaken = try onFiles { () throws(SystemError) in try Files.offer(claim, to: pipe.descriptor) }
      if isTaken { pipe.sent += 1 }
    }
    if let status = single?.child.exitStatus { try finishSingle(status) }
    if single == nil { try startSingle() }
  }

  private func startSingle() throws(PKIError) {
    let profile = profiles[count % profiles.count]
    single = try sandbox.start(
      "passgate", ["verify", "identity"] + options(profile) + ["--claim", "\(sandbox.path)/claim.json"],
      as: "\(name)-single")
    count += 1
  }

  private func finishSingle(_ status: Int32) throws(PKIError) {
    guard let program = single else { return }
    single = nil
    tally.connections += 1
    try tally.take(sandbox.text(program.output), sent: 1, status: status)
    if status != 0 { tally.complaints.append(try sandbox.text(program.errors)) }
  }

  /// Ends the checks and counts them. `wait` lets a moment pass.
  func end(wait: () -> Void) throws(PKIError) {
    if let program = single { try finishSingle(ending(of: program, wait)) }
    let sent = pipes.map(\.sent)
    pipes = []
    for (program, sent) in zip(programs, sent) {
      let status = ending(of: program, wait)
      tally.connections += 1
      try tally.take(sandbox.text(program.output), sent: sent, status: status)
      if status != 0 { tally.complaints.append(try sandbox.text(program.errors)) }
    }
  }

  /// Waits ten seconds at most.
  private func ending(of program: DrillProgram, _ wait: () -> Void) -> Int32 {
    let limit = sandbox.clock.monotonicNanoseconds() + 10_000_000_000
    while sandbox.clock.monotonicNanoseconds() < limit {
      if let status = program.child.exitStatus { return status }
      wait()
    }
    program.child.kill()
    return 128 + 9
  }
}
