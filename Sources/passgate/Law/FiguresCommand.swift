import PassgateCaseFile
import PassgateDomain
import PassgateSystem
import PassgateWire

/// `passgate figures` and `passgate operator figures`: what was measured, the same for both sides.
enum FiguresCommand {
  /// `passgate figures`
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try show(try CaseCalls(organisation: invocation))
  }

  /// `passgate operator figures TENANT`
  static func officer(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try show(try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument()))
  }

  private static func show(_ calls: CaseCalls) throws -> ExitStatus {
    guard let figures = try calls.figures() else { return .refused }
    guard calls.platform.asJSON else {
      print("measured 实测  \(figures.measured.map(text) ?? "nothing yet: four weeks of traffic are needed")")
      print("quota 约定     \(figures.quota.map(text) ?? "none: no agreement is in force")")
      return .done
    }
    var json = JSONWriter()
    json.object { json in
      write("measured", figures.measured, to: &json)
      write("quota", figures.quota, to: &json)
    }
    print(json.result)
    return .done
  }

  private static func text(_ volume: PassgateDomain.Volume) -> String {
    "\(volume.checksPerDay) checks on a busy day, \(volume.peakPerMinute) in a busy minute"
  }

  private static func write(_ name: String, _ volume: PassgateDomain.Volume?, to json: inout JSONWriter) {
    guard let volume else {
      json.null(name)
      return
    }
    json.object(name) { json in
      json.number("checksPerDay", volume.checksPerDay)
      json.number("peakPerMinute", volume.peakPerMinute)
    }
  }
}

extension CaseCalls {
  /// What was measured of the case's tenant, and its quota; nil after a refusal has been shown.
  func figures() throws -> (measured: PassgateDomain.Volume?, quota: PassgateDomain.Volume?)? {
    let answer = try call("GetFigures") { GetFiguresRequest(salt: $0, tenantID: tenantID) }
    guard let reply = try platform.success(answer, as: GetFiguresReply.self) else { return nil }
    return (
      reply.measured.map { PassgateDomain.Volume($0) }, reply.quota.map { PassgateDomain.Volume($0) }
    )
  }
}
