import PassgateClient
import PassgateSystem
import PassgateWire

/// `passgate evidence comparison`: what is kept of one portrait check.
enum ComparisonCommand {
  private static let digestLength = 32

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    guard let digest = Hex.decode(invocation.arguments[0]), digest.count == digestLength else {
      throw Failure(
        "\(terminalSafe(invocation.arguments[0])) is no digest of a request: it has 64 hexadecimal digits")
    }
    let platform = try PlatformCalls(invocation)
    let answer = try platform.call("passgate.v1.Supervision/GetComparison") { salt in
      GetComparisonRequest(salt: salt, requestDigest: digest)
    }
    guard let reply = try platform.success(answer, as: GetComparisonReply.self) else { return .refused }
    show(reply, platform)
    return reply.calibrationID.isEmpty ? .refused : .done
  }

  private static func show(_ reply: GetComparisonReply, _ platform: PlatformCalls) {
    let distance = reply.distanceMillionths.map(text)
    guard platform.asJSON else {
      guard !reply.calibrationID.isEmpty else {
        print(
          "nothing is kept under this digest: it is that of no portrait check, or of one that was refused")
        return
      }
      print("calibration  \(Hex.encode(reply.calibrationID))")
      print("distance     \(distance ?? "none: nothing of a document was compared")")
      return
    }
    printJSON { json in
      json.bool("kept", !reply.calibrationID.isEmpty)
      json.string("calibrationId", Hex.encode(reply.calibrationID))
      json.bool("compared", distance != nil)
      json.string("distance", distance ?? "")
    }
  }

  /// `0.412345`
  private static func text(_ millionths: UInt64) -> String {
    let rest = "\(1_000_000 + millionths % 1_000_000)".dropFirst()
    return "\(millionths / 1_000_000).\(rest)"
  }
}
