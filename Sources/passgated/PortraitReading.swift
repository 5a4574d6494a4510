import PassgateDomain
import PassgateService
import PassgateSettings
import PassgateSystem

/// What a deployment's setting `portrait` says: the program that compares portraits, and how alike they must be.
struct PortraitReading {
  let worker: PortraitWorkerSettings
  let thresholds: PortraitThresholdTable

  /// Notes everything that is wrong with it.
  init(_ reader: SettingsReader) {
    // Files may be swapped while the platform runs, and the program judges them: here they need only be named.
    let models = reader.path("models", mustExist: false)
    worker = PortraitWorkerSettings(
      program: reader.path("program", mustExist: false), models: models,
      calibration: reader.optionalPath("calibration", mustExist: false),
      workers: reader.integer("workers", in: 0...64, default: 0))
    thresholds = reader.object("thresholds").map(Self.table) ?? PortraitThresholdTable()
  }

  private static func table(_ reader: SettingsReader) -> PortraitThresholdTable {
    let usual = pair(reader, .usual)
    let scenes = named(reader.objects("scenes"), usual, in: reader, "scenes")
    let tenants = named(reader.objects("tenants"), usual, in: reader, "tenants")
    for (name, pair) in tenants.sorted(by: { $0.key < $1.key }) where pair.raised(to: usual) != pair {
      reader.problem("tenants", "\(name) has a threshold below the usual one; a tenant's can only be higher")
    }
    return PortraitThresholdTable(usual: usual, scenes: scenes, tenants: tenants)
  }

  private static func named(
    _ readers: [SettingsReader], _ usual: PortraitThresholds, in whole: SettingsReader, _ key: String
  ) -> [String: PortraitThresholds] {
    let pairs = readers.map { ($0.identifier("id"), pair($0, usual)) }
    if Set(pairs.map(\.0)).count < pairs.count { whole.problem(key, "an id is given twice") }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private static func pair(_ reader: SettingsReader, _ usual: PortraitThresholds) -> PortraitThresholds {
    let same = reader.integer("same", in: PortraitThresholds.scores, default: usual.same)
    let different = reader.integer("different", in: PortraitThresholds.scores, default: usual.different)
    if let pair = PortraitThresholds(same: same, different: different) { return pair }
    reader.problem("different", "must be below same, which is \(same)")
    return usual
  }
}

extension PortraitWorkerSettings {
  private static let development = Array("\npurpose development\n".utf8)

  /// What is not there, or not for production, as the setting and a sentence.
  func problems(isProduction: Bool) -> [String] {
    let files = [("program", program), ("models", models), ("calibration", calibration ?? "")]
    var problems = files.filter { !$1.isEmpty && !Files.exists($1) }.map { "\($0): no such file \($1)" }
    guard isProduction else { return problems }
    if let calibration {
      let head = (try? Files.read(calibration))?.prefix(256) ?? []
      if head.indices.contains(where: { head[$0...].starts(with: Self.development) }) {
        problems.append(
          "calibration: has the purpose development, and production takes one of your own people; make it with "
            + "passgate-portrait calibrate")
      }
    } else {
      problems.append("calibration: is missing, and production compares no portraits without")
    }
    return problems
  }
}
