import PassgateClient
import PassgateDomain
import PassgateSystem

/// How an event of a case is shown after an act.
enum EventText {
  /// "recorded as event 12 of the case hotel-17: open -> suspended, Measures art.13(3)".
  static func recorded(_ event: CaseEvent) -> String {
    let step = event.from.map { $0 == event.to ? "\($0)" : "\($0) -> \(event.to)" } ?? "\(event.to)"
    return
      "recorded as event \(event.number) of the case \(event.tenantID): \(step), Measures \(event.clause)"
  }

  /// "due 2026-12-24 24:00 Beijing time, 31 days left"; nil when the event sets no term.
  static func due(_ event: CaseEvent, now: UInt64) -> String? {
    event.dueAt.map { "due \(BeijingClock.text($0)), \(BeijingTime.remaining(until: $0, now: now))" }
  }

  /// The members that every JSON answer about an event has.
  static func write(_ event: CaseEvent, to json: inout JSONWriter) {
    json.number("event", event.number)
    json.string("tenant", event.tenantID)
    json.string("time", CivilTime.timestamp(milliseconds: event.at))
    json.string("act", event.act.kind.rawValue)
    json.array("actors") { json in for actor in event.actors { json.string(name(of: actor)) } }
    if let from = event.from { json.string("from", "\(from)") } else { json.null("from") }
    json.string("to", "\(event.to)")
    json.string("clause", event.clause.description)
    json.array("evidence") { json in for digest in event.evidence { json.string(Hex.encode(digest)) } }
    if let due = event.dueAt {
      json.string("dueAt", CivilTime.timestamp(milliseconds: due))
    } else {
      json.null("dueAt")
    }
  }

  /// "officer officer-1", "the clock".
  static func name(of actor: CaseActor) -> String {
    switch actor {
    case .tenant: "tenant"
    case .officer(let id): "officer \(id)"
    case .clock: "clock"
    case .platform: "platform"
    case .anyone(let key): "key \(Hex.encode(key))"
    }
  }
}
