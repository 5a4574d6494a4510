import PassgateCrypto
import PassgateSystem

/// What `calibrate` says of its work.
struct CalibrationReport: Sendable {
  let outcome: Calibrator.Outcome
  let id: [UInt8]
  let unusable: [UnusablePicture]
  let written: String?

  private var calibration: Calibration { outcome.calibration }

  /// Writes the calibration's file, if there is a place for it.
  init(
    _ outcome: Calibrator.Outcome, unusable: [UnusablePicture], writingTo path: String?, replace: Bool
  ) throws(SystemError) {
    let file = outcome.calibration.file
    // It holds vectors of people.
    if let path { try Files.writeDurably(file, to: path, mode: 0o600, replace: replace) }
    (self.outcome, self.unusable, id, written) = (outcome, unusable, sha256(file.span), path)
  }

  var text: String {
    var lines = unusable.map { "cannot be used: \($0.path): \($0.reason)" }
    lines.append("cohort: \(calibration.cohort.vectors.count) people")
    for population in calibration.populations {
      lines.append(
        "\(population.name): \(population.people) people, \(population.pairs) pairs, bear out scores up to "
          + "\(Calibration.scoreBorneOut(by: population.pairsOfPeople))")
    }
    lines += calibration.scale.knots.map { "score \($0.score) at z \(Decimal4.text($0.z))" }
    if let genuine = calibration.genuine {
      lines.append(
        "one person: \(genuine.pairs) pairs, \(genuine.below400) below 400, \(genuine.below600) below 600")
    }
    lines.append("most alike of different people; look whether they are:")
    lines += outcome.alike.map { "  \($0.population): \($0.first.path) and \($0.second.path)" }
    lines.append(
      written.map { "\($0) is written; its id is \(Hex.encode(id))" } ?? "nothing is written without --out")
    return lines.map(terminalSafe).joined(separator: "\n")
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      if let written { json.string("file", written) } else { json.null("file") }
      json.string("calibrationId", Hex.encode(id))
      json.string("modelId", Hex.encode(calibration.model.id))
      json.string("purpose", calibration.purpose.rawValue)
      json.number("cohort", calibration.cohort.vectors.count)
      json.array("populations", members: calibration.populations) { json, population in
        json.string("name", population.name)
        json.number("people", population.people)
        json.number("pairs", population.pairs)
        json.number("bearOut", Calibration.scoreBorneOut(by: population.pairsOfPeople))
      }
      json.array("knots", members: calibration.scale.knots) { json, knot in
        json.number("score", knot.score)
        json.number("z", knot.z)
      }
      if let genuine = calibration.genuine {
        json.object("genuine") { json in
          json.number("pairs", genuine.pairs)
          json.number("below400", genuine.below400)
          json.number("below600", genuine.below600)
        }
      }
      json.array("alike", members: outcome.alike) { json, pair in
        json.string("population", pair.population)
        json.string("first", pair.first.path)
        json.string("second", pair.second.path)
      }
      json.array("unusable", members: unusable) { json, picture in
        json.string("file", picture.path)
        json.string("reason", picture.reason)
      }
    }
    return json.result
  }
}

extension JSONWriter {
  /// A member that is an array of objects.
  mutating func array<Element>(
    _ key: String, members: [Element], _ write: (inout JSONWriter, Element) -> Void
  ) {
    array(key) { json in
      for member in members { json.object { json in write(&json, member) } }
    }
  }
}
