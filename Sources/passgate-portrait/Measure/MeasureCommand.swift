import PassgateSystem

/// `passgate-portrait measure`: how often a calibration errs on pairs of known people.
struct MeasureCommand: Sendable {
  let calibration: String
  let pairs: String
  let pictures: String
  /// Whether the pictures that were taken pass for such on record.
  let asRecords: Bool

  init(_ invocation: CommandLine.Invocation) {
    calibration = invocation.value("--calibration") ?? ""
    pairs = invocation.value("--pairs") ?? ""
    pictures = invocation.value("--pictures") ?? ""
    asRecords = invocation.flag("--records")
  }

  /// Embeds every picture of the table and counts; `embed` is the engine's.
  func run(_ model: ModelManifest, embed: @escaping ([UInt8], PictureRole) -> FaceFinding) throws
    -> MeasurementReport
  {
    let file = try readCalibration(model)
    let table = try PairsFile(Files.read(pairs, limit: PairsFile.limit), pairs).pairs
    let lives = Set(table.map(\.live)).sorted()
    let references = Set(table.map(\.reference)).sorted()
    var embedder = FileEmbedder(expected: lives.count + references.count, embed: embed)
    var live: [String: [Float]] = [:]
    var onRecord: [String: [Float]] = [:]
    for name in lives { live[name] = embedder.vector(of: path(name), as: asRecords ? .record : .live) }
    for name in references { onRecord[name] = embedder.vector(of: path(name), as: .record) }
    embedder.finish()
    let scored = table.map { pair in
      Measurement.Scored(
        kind: pair.kind, isSame: pair.isSame,
        score: onRecord[pair.reference].flatMap { reference in
          live[pair.live].map { file.calibration.score(live: $0, reference: reference).score }
        })
    }
    let scores = file.calibration.scale.knots.map(\.score).filter { $0 > 0 }
    return MeasurementReport(
      calibration: file, measurement: Measurement(scored, at: scores), unusable: embedder.unusable)
  }

  private func path(_ name: String) -> String { Files.resolve(name, relativeTo: pictures) }

  private func readCalibration(_ model: ModelManifest) throws -> CalibrationFile {
    let bytes = try Files.readRegular(calibration, limit: CalibrationFile.limit)
    do {
      let file = try CalibrationFile(bytes)
      guard let refusal = file.calibration.refusal(for: model) else { return file }
      throw CalibrationRefusal(description: "\(calibration): \(refusal)")
    } catch let fault as CalibrationFault {
      throw CalibrationRefusal(description: "\(calibration): \(fault)")
    }
  }
}

/// What `measure` says.
struct MeasurementReport: Sendable {
  let calibration: CalibrationFile
  let measurement: Measurement
  let unusable: [UnusablePicture]

  var text: String {
    var lines = unusable.map { "cannot be compared: \($0.path): \($0.reason)" }
    lines.append("calibration \(Hex.encode(calibration.id)), \(calibration.calibration.purpose.rawValue)")
    for kind in measurement.kinds {
      lines.append("\(kind.name)\(kind.refused == 0 ? "" : ", \(kind.refused) pairs not compared")")
      lines += kind.lines.map { line in
        "  score \(line.score): different people taken for one \(Self.text(line.falseMatches)); "
          + "one person for two \(Self.text(line.falseNonMatches))"
      }
    }
    return lines.map(terminalSafe).joined(separator: "\n")
  }

  /// "4 of 60 (6.67 %, below 13.71 %)".
  private static func text(_ rate: ErrorRate) -> String {
    "\(rate.errors) of \(rate.tries) (\(percent(rate.share)), below \(percent(rate.upperBound)))"
  }

  /// With two decimals.
  private static func percent(_ share: Double) -> String {
    "\(Decimal4.text((share * 10_000).rounded() / 100).dropLast(2)) %"
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.string("calibrationId", Hex.encode(calibration.id))
      json.string("purpose", calibration.calibration.purpose.rawValue)
      json.array("kinds", members: measurement.kinds) { json, kind in
        json.string("name", kind.name)
        json.number("notCompared", kind.refused)
        json.array("scores", members: kind.lines) { json, line in
          json.number("score", line.score)
          Self.write(line.falseMatches, "falseMatch", &json)
          Self.write(line.falseNonMatches, "falseNonMatch", &json)
        }
      }
      json.array("unusable", members: unusable) { json, picture in
        json.string("file", picture.path)
        json.string("reason", picture.reason)
      }
    }
    return json.result
  }

  private static func write(_ rate: ErrorRate, _ key: String, _ json: inout JSONWriter) {
    json.object(key) { json in
      json.number("errors", rate.errors)
      json.number("pairs", rate.tries)
      json.number("rate", rate.share)
      json.number("upperBound95", rate.upperBound)
    }
  }
}

let measureCommand = CommandLine.Command(
  path: ["measure"],
  options: [
    CommandLine.Option(
      name: "--models", value: "DIR", required: true, help: "The folder of the model's files."),
    CommandLine.Option(
      name: "--calibration", value: "FILE", required: true, help: "What 'calibrate' wrote for this model."),
    CommandLine.Option(
      name: "--pairs", value: "FILE", required: true,
      help:
        "Pairs of pictures: tabs between columns with the headings a (on record), b (taken), same (1 or 0), kind."
    ),
    CommandLine.Option(
      name: "--pictures", value: "DIR", required: true,
      help: "The folder that names in the table are seen from."),
    CommandLine.Option(
      name: "--records",
      help: "Look at all pictures as at those on record, which fewer quality checks refuse."),
    CommandLine.Option(name: "--json", help: "The report as JSON."),
  ],
  summary: "count the errors of a calibration on pairs of known people",
  details: """
    Prints for each kind of pair and each score how many pairs of different people reach it (false matches) and how \
    many pairs of one person do not (false non-matches), with what the true rate stays below with 95 %. Measure on \
    people of whom the calibration has no pictures: its own would flatter it.
    """,
  examples: [
    CommandLine.Example(
      "passgate-portrait measure --models models --calibration calibration.txt --pairs pairs.tsv --pictures pictures",
      "Count errors at each score.")
  ])
