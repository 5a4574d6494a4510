import PassgateClient
import PassgateSystem
import PassgateWire

/// `passgate health`: does the platform serve? Asked with a key made for the question.
enum HealthCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let platform = try PlatformCalls(invocation, selfDeclared: true)
    let answer = try platform.call("passgate.v1.Health/Check") { HealthCheckRequest(salt: $0) }
    guard let reply = try platform.success(answer, as: HealthCheckReply.self) else { return .refused }
    let state = reply.status == .serving ? "SERVING" : "NOT_SERVING"
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.string("health", state)
          json.string("deployment", "\(reply.deployment)")
          json.string("software", reply.software)
          json.number("uptimeMilliseconds", reply.uptimeMilliseconds)
        })
    } else {
      print(
        "\(state)  \(reply.deployment), \(terminalSafe(reply.software)), up \(reply.uptimeMilliseconds / 1_000) s"
      )
      platform.printSignatureLine(answer)
    }
    return reply.status == .serving ? .done : .refused
  }
}
