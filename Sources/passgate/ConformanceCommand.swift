import Glibc
import PassgateClient
import PassgateConformance
import PassgateCrypto
import PassgateDomain
import PassgateProfile
import PassgateSystem
import PassgateWire

/// `passgate conformance`: the tenant's side of joint debugging.
//= Measures art.7(3)
struct ConformanceCommand {
  private let invocation: CommandLine.Invocation
  private let client: ConformanceClient

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    if invocation.flag("--persons") {
      print(ConformanceSuite.personsFile, terminator: "")
      return .done
    }
    if invocation.flag("--list") {
      print(invocation.flag("--json") ? ConformanceText.listJSON : ConformanceText.list)
      return .done
    }
    let command = try ConformanceCommand(invocation)
    if let id = invocation.value("--case") { return try command.runCase(id) }
    return try command.runAll()
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    self.invocation = invocation
    let profile = try PlatformCalls.profile(invocation)
    let second = try invocation.value("--second-profile").map { try Profile.read($0) }
    if let second, second.tenantID != profile.tenantID {
      throw Failure(
        "--second-profile: it is of another tenant; name one of \(profile.tenantID) with another key")
    }
    guard profile.deployment == .sandbox else {
      throw Failure("joint debugging takes place in the sandbox: name a profile of the sandbox")
    }
    client = ConformanceClient(profile, second: second) { milliseconds in
      usleep(UInt32(clamping: milliseconds * 1_000))
    }
  }

  // MARK: All

  private func runAll() throws -> ExitStatus {
    var progress = Progress(label: "Cases", total: ConformanceClient.requestCases.count)
    var played = 0
    let (signed, trials): (SignedReport, [Trial])
    do throws(ConformanceFault) {
      (signed, trials) = try client.run { _ in
        played += 1
        progress.update(played)
      }
    } catch {
      progress.finish(played)
      return try refused(error)
    }
    progress.finish(played)
    if let file = invocation.value("--report") { try Files.writeDurably(signed.bytes, to: file) }
    let text = ConformanceText(signed.report, trials)
    print(invocation.flag("--json") ? text.json : text.table)
    return signed.report.passed ? .done : .refused
  }

  private func refused(_ fault: ConformanceFault) throws -> ExitStatus {
    guard case .refused(let answer) = fault, answer.refusal?.field.hasPrefix("registry:") == true else {
      throw Failure(fault)
    }
    throw Failure(
      """
      the sandbox lacks the persons of the suite, or has others under their numbers. A registrar puts them on record:
        passgate conformance --persons > persons.csv
        passgate registry import --again persons.csv --profile OFFICER
      """)
  }

  // MARK: One

  private func runCase(_ id: String) throws -> ExitStatus {
    guard let row = ConformanceSuite.named(id) else {
      throw Failure("--case: there is no case \(terminalSafe(id)); passgate conformance --list names them")
    }
    if case .reply = row.kind {
      throw Failure("--case: the platform does not tell which reply is which; these cases need a whole run")
    }
    do throws(ConformanceFault) { _ = try client.start() } catch { return try refused(error) }
    let trial = client.play(row)
    let passed = trial.isAsExpected(under: Set(Circumstance.allCases))
    print(
      invocation.flag("--json") ? ConformanceText.json(trial, passed) : ConformanceText.line(trial, passed))
    return passed ? .done : .refused
  }
}
