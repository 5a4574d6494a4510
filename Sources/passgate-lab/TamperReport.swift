import PassgateClient
import PassgateSystem
import PassgateWire

/// Tells what became of each altered message, as sentences or as one JSON document.
struct TamperReport {
  private struct Case {
    let side: String
    let name: String
    let deed: String
    let outcome: String
    let reason: String
    let isRight: Bool
  }

  let asJSON: Bool
  private var cases: [Case] = []

  init(asJSON: Bool) { self.asJSON = asJSON }

  func heading(_ text: String) {
    if !asJSON { print(text) }
  }

  /// A request's answer, whose own signature has verified.
  mutating func show(_ alteration: RequestAlteration, _ answer: Answer) {
    let outcome =
      answer.status == .ok ? "ACCEPTED" : "refused: \(answer.reason.name)"
    let believed = "signed reply verified"
    let isRight = answer.reason == alteration.expected
    let expectation = isRight ? "" : ", but it had to be \(alteration.expected.name)"
    add(
      Case(
        side: "request", name: alteration.name, deed: alteration.deed,
        outcome: "\(outcome) (\(answer.status.name), \(believed))\(expectation)", reason: answer.reason.name,
        isRight: isRight))
  }

  /// A reply; `refusal` is the client's, nil when it believed what it got.
  mutating func show(_ alteration: ReplyAlteration, refusal: String?) {
    let isControl = alteration.name == ReplyAlteration.untouched.name
    add(
      Case(
        side: "reply", name: alteration.name, deed: alteration.deed, outcome: refusal ?? "BELIEVED",
        reason: refusal ?? "", isRight: (refusal == nil) == isControl))
  }

  private mutating func add(_ newCase: Case) {
    cases.append(newCase)
    guard !asJSON else { return }
    let deed = newCase.deed + String(repeating: " ", count: max(0, 46 - newCase.deed.count))
    print("  \(newCase.isRight ? "ok   " : "WRONG")  \(deed)  \(newCase.outcome)")
  }

  /// Ends the report.
  func finish() -> ExitStatus {
    let wrong = cases.filter { !$0.isRight }
    if asJSON {
      print(json(isRight: wrong.isEmpty))
    } else if wrong.isEmpty {
      print("\(cases.count) cases: every alteration was noticed, and nothing else was refused")
    } else {
      print("\(wrong.count) of \(cases.count) cases went WRONG: \(wrong.map(\.name).joined(separator: ", "))")
    }
    return wrong.isEmpty ? .done : .wrong
  }

  private func json(isRight: Bool) -> String {
    var json = JSONWriter()
    json.object { json in
      json.bool("ok", isRight)
      json.array("cases") { json in
        for entry in cases {
          json.object { json in
            json.string("side", entry.side)
            json.string("field", entry.name)
            json.string("change", entry.deed)
            json.string("reason", entry.reason)
            json.bool("ok", entry.isRight)
          }
        }
      }
    }
    return json.result
  }
}
