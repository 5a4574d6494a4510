import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// All key sets of a folder: `passgate-pki rotate status`.
struct RotationStatus {
  private let sets: [KeySet]
  /// Keys that an interrupted rotation has left.
  private let halfMade: [String]
  private let now: UInt64

  init(_ folder: AuthorityFolder, at now: UInt64) throws(PKIError) {
    self.now = now
    var sets: [KeySet] = []
    for role in KeySet.Role.allCases where Files.exists(folder.keySet(of: role)) {
      sets.append(try settings { () throws(SettingsError) in try KeySet(file: folder.keySet(of: role)) })
    }
    guard !sets.isEmpty else {
      throw .policy("\(folder.path) has no key set; --directory names the folder that 'init' made")
    }
    self.sets = sets
    halfMade = sets.flatMap { Self.halfMade(in: folder, $0) }
  }

  private static func halfMade(in folder: AuthorityFolder, _ set: KeySet) -> [String] {
    let rules = RotationRules.rules(for: set.role)
    let algorithms = Set(set.entries.map(\.algorithm))
    return algorithms.compactMap { algorithm in
      let names = FreshNames(set, rules, algorithm)
      // A key in a token leaves its certificate alone.
      return [names.key, names.certificate].compactMap(\.self).first { Files.exists("\(folder.path)/\($0)") }
    }.sorted()
  }
}

extension RotationStatus {
  var text: String {
    let groups = sets.map { set in
      "\(RotationRules.rules(for: set.role).name), \(set.role.rawValue).keys.json version \(set.version)\n"
        + set.entries.map { line($0) }.joined(separator: "\n")
    }
    let left = halfMade.map {
      "\n\n\($0) was left by a rotation that was interrupted: the same 'rotate' command finishes it."
    }
    return groups.joined(separator: "\n\n") + left.joined()
  }

  private func line(_ entry: KeySet.Entry) -> String {
    let next = change(of: entry).map { ", \(Self.next[$0.state] ?? "") \(minute($0.time)) UTC" } ?? ""
    let algorithm = entry.algorithm.map { " (\($0.name))" } ?? ""
    let state = Self.words[entry.lifecycle.state(at: now)] ?? ""
    return "  \(entry.title)\(algorithm): \(state)\(next)"
  }

  private static let words: [KeyState: String] = [
    .pending: "not announced", .published: "announced", .active: "in use", .retiring: "replaced",
    .retired: "at its end", .tainted: "in use, under suspicion", .revoked: "withdrawn",
  ]

  /// Before the time of a change.
  private static let next: [KeyState: String] = [
    .published: "announced from", .active: "in use from", .retiring: "replaced at",
    .retired: "accepted until",
    .tainted: "under suspicion from", .revoked: "withdrawn from",
  ]

  private func change(of entry: KeySet.Entry) -> (time: UInt64, state: KeyState)? {
    entry.lifecycle.nextChange(after: now).map { ($0, entry.lifecycle.state(at: $0)) }
  }

  var json: String {
    var json = JSONWriter(pretty: true)
    json.object { json in
      json.array("sets") { json in
        for set in sets { json.object { write(set, to: &$0) } }
      }
      json.array("halfMade") { json in
        for name in halfMade { json.string(name) }
      }
    }
    return json.result
  }

  private func write(_ set: KeySet, to json: inout JSONWriter) {
    json.string("role", set.role.rawValue)
    json.number("version", set.version)
    json.array("keys") { json in
      for entry in set.entries {
        json.object { json in
          json.string("key", entry.title)
          json.string("keyId", Hex.encode(entry.keyID))
          if let algorithm = entry.algorithm { json.string("algorithm", algorithm.name) }
          json.string("state", entry.lifecycle.state(at: now).rawValue)
          guard let change = change(of: entry) else { return }
          json.string("nextState", change.state.rawValue)
          json.string("nextChange", CivilTime.timestamp(milliseconds: change.time))
        }
      }
    }
  }
}
