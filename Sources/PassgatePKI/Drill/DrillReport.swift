import PassgateSettings
import PassgateSystem

/// What a drill found.
struct DrillReport {
  /// Something that happened, at a virtual day of its rehearsal.
  struct Step {
    let day: Double
    let what: String
  }

  /// One change of a key, or of several.
  struct Rehearsal {
    let name: String
    let title: String
    let steps: [Step]
    let tally: DrillTally
    /// Replies by key.
    let signed: [(entry: KeySet.Entry, count: Int)]
    /// Replies by a key outside its time.
    let strays: Int
    /// Why it did not come to its end.
    let fault: String?

    init(_ rehearsal: DrillRehearsal, steps: [Step], tally: DrillTally, set: KeySet, fault: String?) {
      name = rehearsal.name
      title = rehearsal.title
      self.steps = steps
      self.tally = tally
      signed = tally.signed(by: set)
      strays = tally.strays(in: set)
      self.fault = fault
    }

    var isGood: Bool { fault == nil && tally.failures == 0 && strays == 0 && tally.requests > 0 }
  }

  let day: UInt64
  let scratch: String
  let rehearsals: [Rehearsal]

  var isGood: Bool { rehearsals.allSatisfy(\.isGood) }
}

extension DrillReport {
  /// The report for people.
  var text: String {
    let parts = rehearsals.map { rehearsal in
      ([heading(rehearsal)] + rehearsal.steps.map(line) + [figures(rehearsal)] + problems(rehearsal))
        .joined(separator: "\n")
    }
    let verdict =
      isGood
      ? "Everything went through without a failed request."
      : "Not everything went through; what the programs printed is in \(scratch)."
    return (["A day of a plan lasted \(day) ms."] + parts + [verdict]).joined(separator: "\n\n")
  }

  private func heading(_ rehearsal: Rehearsal) -> String {
    "\(rehearsal.title): \(rehearsal.isGood ? "good" : "FAILED")"
  }

  private func line(_ step: Step) -> String { "  day \(Self.tenths(step.day))  \(step.what)" }

  private func figures(_ rehearsal: Rehearsal) -> String {
    let keys = rehearsal.signed.map { "\($0.entry.title) \($0.count)" }.joined(separator: ", ")
    return "  \(rehearsal.tally.requests) requests on \(rehearsal.tally.connections) connections, "
      + "\(rehearsal.tally.failures) failed, \(rehearsal.strays) signed out of time; replies by \(keys)"
  }

  private func problems(_ rehearsal: Rehearsal) -> [String] {
    ([rehearsal.fault].compactMap(\.self) + rehearsal.tally.complaints.prefix(3)).map {
      "  \(terminalSafe($0))"
    }
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, 5 - text.count)) + text
  }

  /// The report for programs.
  var json: String {
    var json = JSONWriter(pretty: true)
    json.object { json in
      json.bool("good", isGood)
      json.number("dayMilliseconds", day)
      json.array("rehearsals") { json in
        for rehearsal in rehearsals { json.object { write(rehearsal, to: &$0) } }
      }
    }
    return json.result
  }

  private func write(_ rehearsal: Rehearsal, to json: inout JSONWriter) {
    json.string("name", rehearsal.name)
    json.bool("good", rehearsal.isGood)
    json.array("steps") { json in
      for step in rehearsal.steps {
        json.object { json in
          json.number("day", step.day)
          json.string("what", step.what)
        }
      }
    }
    json.number("requests", rehearsal.tally.requests)
    json.number("connections", rehearsal.tally.connections)
    json.number("failures", rehearsal.tally.failures)
    json.number("signedOutOfTime", rehearsal.strays)
    json.array("replyKeys") { json in
      for (entry, count) in rehearsal.signed {
        json.object { json in
          json.string("key", entry.title)
          json.string("keyId", Hex.encode(entry.keyID))
          json.number("replies", count)
        }
      }
    }
    if let fault = rehearsal.fault { json.string("fault", fault) }
  }
}
