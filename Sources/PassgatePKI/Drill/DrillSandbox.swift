import PassgateSettings
import PassgateSystem

/// A running sandbox as Tools/sandbox makes it, used as people use it: through its programs.
struct DrillSandbox {
  let path: String
  let clock: any Clock
  /// Where the drill keeps what the programs print; new in each run.
  let scratch: String

  init(path: String, clock: any Clock) throws(PKIError) {
    self.path = path
    self.clock = clock
    scratch = "\(path)/drill-\(clock.wallMilliseconds())"
    for name in ["bin/passgate", "bin/passgate-pki", "pids", "passgated.json5", "claim.json"]
    where !Files.exists("\(path)/\(name)") {
      throw .policy("\(path) has no \(name): --sandbox names a folder that Tools/sandbox has made")
    }
    let scratch = scratch
    try onFiles { () throws(SystemError) in try Files.createDirectory(scratch, mode: 0o700) }
  }

  /// Starts one of the programs; `name` begins the names of its output's files.
  func start(_ program: String, _ arguments: [String], as name: String) throws(PKIError) -> DrillProgram {
    let (output, errors) = ("\(scratch)/\(name).out", "\(scratch)/\(name).err")
    let place = "\(path)/bin/\(program)"
    let child = try onFiles { () throws(SystemError) in
      try ChildProcess(place, arguments, output: output, errors: errors)
    }
    return DrillProgram(child: child, output: output, errors: errors)
  }

  // MARK: The servers

  /// Sends passgated or the signing server SIGHUP, as an operator would.
  func hangUp(_ program: String) throws(PKIError) {
    let pids = try text("\(path)/pids")
    let words = pids.split(separator: "\n").map { $0.split(separator: " ") }
    guard let line = words.first(where: { $0.last.map(String.init) == program }),
      let pid = line.first.flatMap({ Int32($0) })
    else { throw .policy("\(path)/pids names no \(program); start the sandbox: \(path)/start") }
    let configuration = "\(path)/\(program).json5"
    try onFiles { () throws(SystemError) in
      try send(.hangup, toProcess: pid, runningWith: configuration)
    }
  }

  /// How many reloads a server has made, and what it refused.
  func reloads(of program: String) throws(PKIError) -> (done: Int, refusals: [String]) {
    let lines = try text("\(path)/\(program).log").split(separator: "\n")
    return (
      lines.count { $0.contains("\"event\":\"reloaded\"") },
      lines.filter { $0.contains("\"event\":\"reload_refused\"") }.map(String.init)
    )
  }

  func text(_ path: String) throws(PKIError) -> String {
    let bytes = try onFiles { () throws(SystemError) in try Files.read(path) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A program that runs, and where it writes.
struct DrillProgram {
  let child: ChildProcess
  let output: String
  let errors: String
}
