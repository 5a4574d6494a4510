import PassgateDomain
import PassgateSystem

/// `passgate operator assess`: the way of access, by an officer's figures or by those that a policy suggests.
enum AssessCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let isSuggested = invocation.flag("--suggest")
    let policy = try invocation.value("--policy").map(AssessmentPolicy.read) ?? .standard
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let history = try calls.history() else { return .refused }
    let declared = history.current.dossier.volume
    guard let figures = try calls.figures() else { return .refused }
    let measured = try stated(invocation) ?? figures.measured
    let assessment =
      isSuggested
      ? policy.suggestion(declared: declared, measured: measured)
      : try decided(invocation, declared: declared, measured: measured)
    let asJSON = calls.platform.asJSON
    guard !isSuggested || invocation.flag("--accept") else {
      show(assessment, asJSON: asJSON)
      if !asJSON { note("nothing was sent: --accept sends it") }
      return .done
    }
    if !asJSON { show(assessment, asJSON: false) }
    return try calls.perform(.assess(assessment), invocation)
  }

  /// What the officer states instead of what the platform has measured.
  private static func stated(_ invocation: CommandLine.Invocation) throws -> Volume? {
    switch (invocation.integer("--measured-day"), invocation.integer("--measured-minute")) {
    case (nil, nil): return nil
    case (let day?, let minute?): return Volume(checksPerDay: UInt32(day), peakPerMinute: UInt32(minute))
    default: throw Failure("--measured-day and --measured-minute go together")
    }
  }

  private static func decided(
    _ invocation: CommandLine.Invocation, declared: Volume, measured: Volume?
  ) throws -> Assessment {
    guard let mode = Words.value(invocation.value("--mode") ?? "", in: Words.modes),
      let day = invocation.integer("--quota-day"), let minute = invocation.integer("--quota-minute"),
      let reason = invocation.value("--reason")
    else { throw Failure("give --mode, --quota-day, --quota-minute and --reason, or --suggest") }
    return Assessment(
      mode: mode, declared: declared, measured: measured,
      quota: Volume(checksPerDay: UInt32(day), peakPerMinute: UInt32(minute)), reason: reason)
  }

  private static func show(_ assessment: Assessment, asJSON: Bool) {
    let mode = Words.word(assessment.mode, in: Words.modes)
    guard asJSON else {
      print(
        "\(mode) (\(assessment.mode.chinese)), \(assessment.quota.checksPerDay) checks a day, "
          + "\(assessment.quota.peakPerMinute) a minute")
      print(assessment.reason)
      return
    }
    printJSON { json in
      json.string("mode", mode)
      json.number("checksPerDay", assessment.quota.checksPerDay)
      json.number("peakPerMinute", assessment.quota.peakPerMinute)
      json.string("reason", assessment.reason)
    }
  }
}
