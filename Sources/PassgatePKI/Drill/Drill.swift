import Glibc
import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// The rehearsal of all rotations against a running sandbox, with the commands that people type. A day of a plan
/// lasts some hundred milliseconds, so a rotation of a week is over in seconds; the platform follows the same times.
final class Drill {
  /// Milliseconds that the platform may take to follow its clock.
  static let settling: UInt64 = 1500

  let sandbox: DrillSandbox
  /// Milliseconds that stand for a day.
  let day: UInt64
  private let clock: any Clock
  private var traffic: DrillTraffic?
  private var began: UInt64 = 0
  private var steps: [DrillReport.Step] = []
  private var commands = 0

  init(_ sandbox: DrillSandbox, day: UInt64, clock: any Clock) {
    self.sandbox = sandbox
    self.day = day
    self.clock = clock
  }

  /// Runs every rehearsal, each whatever became of those before it.
  func run() throws(PKIError) -> DrillReport {
    var rehearsals: [DrillReport.Rehearsal] = []
    for rehearsal in DrillRehearsal.all { rehearsals.append(try run(rehearsal)) }
    return DrillReport(day: day, scratch: sandbox.scratch, rehearsals: rehearsals)
  }

  private func run(_ rehearsal: DrillRehearsal) throws(PKIError) -> DrillReport.Rehearsal {
    steps = []
    began = clock.wallMilliseconds()
    let traffic = try DrillTraffic(sandbox, name: rehearsal.name, profiles: rehearsal.profiles)
    self.traffic = traffic
    var fault: String?
    do throws(PKIError) {
      try rehearsal.act(self)
    } catch {
      fault = error.description
    }
    self.traffic = nil
    try traffic.end { Self.rest() }
    return DrillReport.Rehearsal(
      rehearsal, steps: steps, tally: traffic.tally, set: try replySet(), fault: fault)
  }

  private func replySet() throws(PKIError) -> KeySet {
    let path = "\(sandbox.path)/pki/reply.keys.json"
    return try settings { () throws(SettingsError) in try KeySet(file: path) }
  }
}

// MARK: - What a rehearsal is made of

extension Drill {
  /// Notes what happens now.
  func note(_ what: String) {
    steps.append(DrillReport.Step(day: days(clock.wallMilliseconds()), what: what))
  }

  private func days(_ time: UInt64) -> Double { Double(time - began) / Double(day) }

  /// Days as an option of a command takes them.
  func lapse(days: Double) -> String { "\(Int(days * Double(day)))ms" }

  /// Lets virtual days pass while checks go on.
  func pass(days: Double) throws(PKIError) {
    let end = clock.wallMilliseconds() + UInt64(days * Double(day))
    while clock.wallMilliseconds() < end { try pump() }
  }

  /// Lets two virtual days pass, and more where the platform needs more to follow its clock.
  func settle() throws(PKIError) { try pass(days: max(2, 1.5 * Double(Self.settling) / Double(day))) }

  /// Lets time pass until virtual days after `time`, milliseconds since 1970.
  func pass(until time: UInt64, days: Double) throws(PKIError) {
    let now = clock.wallMilliseconds()
    try pass(days: days + (time > now ? Double(time - now) / Double(day) : 0))
  }

  private func pump() throws(PKIError) {
    try traffic?.pump()
    Self.rest()
  }

  /// Five milliseconds: two hundred checks a second on each connection.
  private static func rest() { usleep(5000) }

  /// Runs a command, which must succeed, while checks go on, and gives what it printed.
  @discardableResult
  func command(_ program: String, _ arguments: [String]) throws(PKIError) -> String {
    let answer = try answer(program, arguments)
    guard answer.status == 0 else {
      throw .policy("\(program) \(arguments.joined(separator: " ")): \(answer.errors)\(answer.output)")
    }
    return answer.output
  }

  /// Runs a command while checks go on.
  func answer(_ program: String, _ arguments: [String]) throws(PKIError) -> DrillAnswer {
    commands += 1
    let running = try sandbox.start(program, arguments, as: "command-\(commands)")
    let limit = clock.monotonicNanoseconds() + 30_000_000_000
    while true {
      if let status = running.child.exitStatus {
        return DrillAnswer(
          status: status, output: try sandbox.text(running.output), errors: try sandbox.text(running.errors))
      }
      guard clock.monotonicNanoseconds() < limit else {
        running.child.kill()
        throw .policy("\(program) \(arguments.joined(separator: " ")) did not end in 30 s")
      }
      try pump()
    }
  }

  /// Runs `passgate-pki rotate`, and gives its report.
  func rotate(_ role: KeySet.Role, _ options: [String] = []) throws(PKIError) -> DrillRotation {
    let folder = role == .registry ? "data/sandbox" : "pki"
    let words = ["rotate", role.rawValue, "--directory", "\(sandbox.path)/\(folder)"] + options
    let text = try command("passgate-pki", words + ["--json"])
    return try settings { () throws(SettingsError) in try DrillRotation(text) }
  }

  /// Sends passgated SIGHUP and waits until it has taken the sets up.
  func hangUp() throws(PKIError) {
    try hangUp("passgated")
    note("passgated has read the sets")
  }

  /// Sends a server SIGHUP and waits until it has read its configuration again.
  func hangUp(_ program: String) throws(PKIError) {
    let before = try sandbox.reloads(of: program)
    try sandbox.hangUp(program)
    for _ in 0..<1000 {
      try pump()
      let now = try sandbox.reloads(of: program)
      if now.refusals.count > before.refusals.count {
        throw .policy("\(program) refused: \(now.refusals.last ?? "")")
      }
      if now.done > before.done { return }
    }
    throw .policy("\(program) did not reload")
  }
}

/// How a command ended, and what it printed.
struct DrillAnswer {
  let status: Int32
  let output: String
  let errors: String
}

/// What `rotate --json` says.
struct DrillRotation {
  let action: String
  private(set) var oldKey = "the old key"
  /// By state: "published", "active", "retired".
  private(set) var times: [String: UInt64] = [:]
  private(set) var keys: [String: String] = [:]

  init(_ text: String) throws(SettingsError) {
    guard case .object(let members) = try parseJSON(Array(text.utf8)),
      case .string(let action)? = members["action"], case .array(let events)? = members["events"]
    else { throw SettingsError("no report of a rotation") }
    self.action = action
    if case .string(let key)? = members["replaces"] { oldKey = key }
    for case .object(let event) in events {
      guard case .string(let state)? = event["state"], case .string(let key)? = event["key"] else { continue }
      if case .string(let time)? = event["time"] { times[state] = CivilTime(time)?.milliseconds }
      keys[state] = key
    }
  }

  var active: UInt64 { times["active"] ?? 0 }
  var newKey: String { keys["active"] ?? "the new key" }
}
