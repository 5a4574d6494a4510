import PassgateCrypto
package import PassgateSettings
import PassgateSystem

/// What a rotation has done, or would do, and what comes of it.
package struct RotationReport: Sendable {
  let rotation: Rotation
  package let action: RotationAction
  /// The set as it is afterwards.
  package let set: KeySet
  /// Milliseconds since 1970.
  let now: UInt64
  /// The files that were made or deleted, or would be.
  let files: [String]
  let progress: SealingProgress?

  private var rules: RotationRules { rotation.rules }

  /// One time of the plan.
  struct Event {
    let time: UInt64
    let entry: KeySet.Entry
    let state: KeyState
    let meaning: String
  }

  /// The keys of the rotation that is under way, or of the last one.
  private var pair: (old: KeySet.Entry?, new: KeySet.Entry?) {
    let keys = set.entries.filter { $0.algorithm == rotation.algorithm && $0.lifecycle.revoked == nil }
    let new = keys.last { $0.lifecycle.active != nil }
    return (keys.last { $0.lifecycle.retiring != nil && $0 != new }, new)
  }

  /// What is still to come, and what happens now, in the order of time.
  var events: [Event] {
    let (old, new) = pair
    guard let old, let new else { return [] }
    let times = [
      (new.lifecycle.published, new, KeyState.published, rules.meanings.announced),
      (new.lifecycle.active, new, .active, rules.meanings.active),
      (old.lifecycle.retired, old, .retired, rules.meanings.ended),
    ]
    return times.compactMap { time, entry, state, meaning in
      time.map { Event(time: $0, entry: entry, state: state, meaning: meaning) }
    }
  }

  /// The name of the rotation's result, for programs.
  private var actionName: String {
    switch action {
    case .begin: "begun"
    case .hasten: "hastened"
    case .withdraw: "withdrawn"
    case .taint: "tainted"
    case .putAway: "put-away"
    case .destroy: "destroyed"
    case .report, .refuse: "under-way"
    }
  }
}

// MARK: - For people

extension RotationReport {
  /// The report for people.
  package var text: String {
    let plan = rotation.isPlan ? "Plan; nothing is changed.\n\n" : ""
    let rows = events.filter(isWorthALine).map { event in
      """
        \(minute(event.time)) UTC  \(event.entry.title) is \(Self.words(event.state))
                                \(event.meaning)
      """
    }
    let table = showsEvents && !rows.isEmpty ? "\n\n" + rows.joined(separator: "\n") : ""
    let notes = [risk, tokenNote, next].compactMap(\.self).map { "\n\n" + $0 }.joined()
    return plan + headline + table + notes
  }

  /// An announcement that is over when it is made tells nobody anything.
  private func isWorthALine(_ event: Event) -> Bool {
    event.state != .published || event.time != pair.new?.lifecycle.active
  }

  private var showsEvents: Bool {
    switch action {
    case .begin, .hasten, .report: true
    case .withdraw, .taint, .putAway, .destroy, .refuse: false
    }
  }

  private static func words(_ state: KeyState) -> String {
    switch state {
    case .published: "announced"
    case .active: "in use"
    default: "at its end"
    }
  }

  private var subject: String {
    rules.name + (rules.role == .reply ? rotation.algorithm.map { " for \($0.name)" } ?? "" : "")
  }

  private var headline: String {
    let (old, new) = pair
    let (from, to) = (old?.title ?? "the old key", new?.title ?? "the new key")
    let start = new?.lifecycle.active ?? now
    let when = start <= now ? "from now on" : "at \(minute(start)) UTC"
    switch action {
    case .begin: return "The \(subject): \(to) replaces \(from) \(when)."
    case .hasten: return "The \(subject): \(to) replaces \(from) from now on, ahead of its time."
    case .withdraw: return "The \(subject): \(withdrawn) is withdrawn and will not be used; \(to) goes on."
    case .taint: return "The \(subject): \(tainted) is marked as tainted. It works on until it is replaced."
    case .putAway: return putAwayHeadline(from)
    case .destroy: return destroyHeadline
    case .report, .refuse:
      let verb = start <= now ? "has replaced \(from)" : "replaces \(from) \(when)"
      return "A rotation of the \(subject) is under way: \(to) \(verb). Nothing is changed."
    }
  }

  private var withdrawn: String {
    return set.entries.last { $0.lifecycle.revoked == now }?.title ?? "the new key"
  }

  private var tainted: String {
    return set.entries.last { $0.algorithm == rotation.algorithm && $0.lifecycle.tainted != nil }?.title
      ?? "the key"
  }

  private func putAwayHeadline(_ old: String) -> String {
    rules.role == .registry
      ? "The \(subject): \(old) is retired; no record needs it."
      : "The \(subject): issuing.bundle.pem has no longer the certificates of authorities at their end."
  }

  private var destroyHeadline: String {
    files.isEmpty
      ? "There is no secret of a retired key to delete."
      : "The secrets of retired keys are deleted: \(files.joined(separator: ", "))."
  }

  private var risk: String? {
    switch action {
    case .begin(atOnce: true), .hasten: return "Risk: \(rules.riskAtOnce)."
    case .begin where announced < rules.leastAnnouncement.milliseconds:
      return
        "Risk: announced for less than \(rules.leastAnnouncement.words). Whoever has not heard of the key by "
        + "then: \(rules.riskAtOnce)."
    default: return nil
    }
  }

  private var announced: UInt64 {
    guard let lifecycle = pair.new?.lifecycle else { return 0 }
    return (lifecycle.active ?? 0) - (lifecycle.published ?? 0)
  }
}

// MARK: - What is left to do

extension RotationReport {
  /// What is to be done now, as one paragraph.
  private var next: String? {
    switch action {
    case .begin, .hasten: return carrying + "Next: " + rules.remains + then + later
    case .withdraw: return carryingSet + "Next: " + rules.remains + "; then nothing else is to be done."
    case .taint: return carryingSet + "Next: replace it: \(command), with --now when it cannot wait."
    case .putAway: return afterPutAway
    case .report: return waiting
    case .destroy, .refuse: return nil
    }
  }

  private var command: String {
    "passgate-pki rotate \(rules.role.rawValue) --directory \(rotation.folder.path)"
  }

  /// The registry's keys are where the platform is already; issuing keys stay with the authority.
  private var carrying: String {
    guard [.reply, .server].contains(rules.role) else { return "" }
    let them = files.count == 1 ? "it" : "them"
    let made = files.isEmpty ? "" : files.joined(separator: " and ") + ", and after \(them) "
    return "Where the platform is another machine, carry \(made)\(rules.role.rawValue).keys.json to it.\n"
  }

  /// Where the new key is, if not in a file.
  private var tokenNote: String? {
    guard [.begin(atOnce: true), .begin(atOnce: false)].contains(action), let key = pair.new?.key,
      let uri = try? PKCS11URI(key)
    else { return nil }
    let need =
      rules.role == .reply ? " The platform's machine needs that token, and the file with its PIN." : ""
    return "The new key is \(uri.place), where it \(rotation.isPlan ? "will stay" : "stays").\(need)"
  }

  private var carryingSet: String {
    guard [.reply, .server].contains(rules.role) else { return "" }
    return "Where the platform is another machine, carry \(rules.role.rawValue).keys.json to it.\n"
  }

  private var then: String {
    guard let active = pair.new?.lifecycle.active, active > now else {
      return rules.later == nil ? "; nothing else is to be done." : "."
    }
    return rules.role == .issuing
      ? " before \(minute(active)) UTC; from then on the authority issues with the new key by itself."
      : "; at \(minute(active)) UTC it begins to use the new key by itself."
  }

  private var later: String { rules.later.map { " Later: \($0)." } ?? "" }

  private var afterPutAway: String {
    rules.role == .registry
      ? "Next: send passgated SIGHUP once (kill -HUP PID). Backups made until now still need the old secret: "
        + "when they are gone, \(command) --destroy-retired (the first secret of all stays: documents' numbers "
        + "are hashed with it)."
      : "Next: \(rules.remains)."
  }

  private var waiting: String {
    let (_, new) = pair
    if let active = new?.lifecycle.active, active > now {
      return "Nothing is to be done. To use it at once: --now. To withdraw it: --cancel."
    }
    let left = progress.map { "\($0.remaining) records remain" } ?? "passgated has not reported yet"
    return "passgated seals the records anew: \(left). Run the command again when none remains."
  }
}

// MARK: - For programs

extension RotationReport {
  /// The report for programs.
  var json: String {
    var json = JSONWriter(pretty: true)
    json.object { json in
      json.string("role", rules.role.rawValue)
      if let algorithm = rotation.algorithm { json.string("algorithm", algorithm.name) }
      json.string("action", actionName)
      if let old = pair.old { json.string("replaces", old.title) }
      json.bool("planned", rotation.isPlan)
      json.string("set", rotation.folder.keySet(of: rules.role))
      json.array("files") { json in
        for file in files { json.string("\(rotation.folder.path)/\(file)") }
      }
      json.array("events") { json in
        for event in events { json.object { write(event, to: &$0) } }
      }
      if let risk { json.string("risk", risk) }
      if let next { json.string("next", next) }
    }
    return json.result
  }

  private func write(_ event: Event, to json: inout JSONWriter) {
    json.string("time", CivilTime.timestamp(milliseconds: event.time))
    json.string("key", event.entry.title)
    json.string("keyId", Hex.encode(event.entry.keyID))
    json.string("state", event.state.rawValue)
    json.string("meaning", event.meaning)
  }
}

extension KeySet.Entry {
  /// What people call the key: its files' name without what it ends with.
  var title: String {
    let name = certificate ?? key
    for suffix in [".crt.pem", ".key"] where name.hasSuffix(suffix) {
      return String(name.dropLast(suffix.count))
    }
    return name
  }
}

/// A time to the minute, for people: "2026-11-23 14:00".
func minute(_ milliseconds: UInt64) -> String {
  let timestamp = CivilTime.timestamp(milliseconds: milliseconds)
  return "\(timestamp.prefix(10)) \(timestamp.dropFirst(11).prefix(5))"
}
