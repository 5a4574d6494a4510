import PassgateCrypto
import PassgateSystem
import PassgateWire

/// What a steady load has seen, as lines or as one JSON document. Times are milliseconds since 1970.
struct LoadReport {
  let counts: SteadyLoad.Counts
  let profiles: [String]
  /// The key of each profile; nil while calls of another are under way.
  let keyIDs: [[UInt8]?]
  let nanoseconds: UInt64
  var isOver = true

  private var tally: LoadTally { counts.tally }
  private var seconds: Double { Double(nanoseconds) / 1e9 }
  private var failed: Int { counts.failed.values.reduce(0, +) }
  private var refused: Int { tally.refused.values.reduce(0, +) }

  /// Every call was answered authentically and none refused.
  var isFlawless: Bool {
    failed == 0 && refused == 0 && tally.unannounced == 0 && counts.unconnected.isEmpty && tally.answered > 0
  }

  var text: String {
    let rate = Int(Double(tally.answered) / max(0.001, seconds))
    var lines = [
      "\(counts.sent) calls sent, \(tally.answered) answered and verified in \(Int(seconds)) s, \(rate) a second",
      "latency, ms   p50 \(latency(0.5))   p99 \(latency(0.99))   max \(latency(1))",
      "\(counts.connections) connections made, \(counts.sentAgain) calls sent again after a goodbye",
    ]
    for (key, row) in requests {
      lines.append("request key   \(Hex.encode(key).prefix(16))  \(row.tenant)  \(row.use.accepted) accepted")
    }
    for (key, use) in replies {
      lines.append("reply key     \(Hex.encode(key).prefix(16))  \(use.accepted) replies")
    }
    lines += tally.refused.map { "REFUSED       \($0.value) \($0.key.name)" }.sorted()
    lines += counts.failed.map { "FAILED        \($0.value) \(terminalSafe($0.key))" }.sorted()
    lines += counts.unconnected.map { "NO CONNECTION \($0.value) \(terminalSafe($0.key))" }.sorted()
    if tally.unannounced > 0 {
      lines.append("UNANNOUNCED   \(tally.unannounced) replies with an unknown key")
    }
    return lines.joined(separator: "\n")
  }

  private var requests: [(key: [UInt8], value: (tenant: String, use: KeyTally.Use))] {
    (tally.keys?.requests ?? [:]).sorted { $0.value.use.firstAccepted < $1.value.use.firstAccepted }
  }

  private var replies: [(key: [UInt8], value: KeyTally.Use)] {
    (tally.keys?.replies ?? [:]).sorted { $0.value.firstAccepted < $1.value.firstAccepted }
  }

  private func latency(_ share: Double) -> Double {
    (Double(tally.latency.quantile(share)) / 1e4).rounded() / 100
  }
}

// MARK: - For programs

extension LoadReport {
  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.bool("over", isOver)
      json.number("seconds", seconds)
      writeCounts(to: &json)
      json.object("latency") { json in
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1)] {
          json.number(name, latency(share))
        }
      }
      json.array("profiles") { json in
        for (path, keyID) in zip(profiles, keyIDs) {
          json.object { json in
            json.string("file", path)
            json.string("keyId", keyID.map { Hex.encode($0) } ?? "")
          }
        }
      }
      writeKeys(to: &json)
    }
    return json.result
  }

  private func writeCounts(to json: inout JSONWriter) {
    let numbers = [
      ("sent", counts.sent), ("sentAgain", counts.sentAgain), ("answered", tally.answered),
      ("verified", tally.verified), ("unannounced", tally.unannounced),
      ("unforetoldKeys", tally.keys?.unforetold.count ?? 0), ("connections", counts.connections),
      ("profilesRead", counts.profilesRead),
    ]
    for (name, number) in numbers { json.number(name, number) }
    json.object("refused") { json in
      for (reason, count) in tally.refused { json.number(reason.name, count) }
    }
    for (name, causes) in [("failed", counts.failed), ("unconnected", counts.unconnected)] {
      json.object(name) { json in
        for (cause, count) in causes { json.number(terminalSafe(cause), count) }
      }
    }
  }

  private func writeKeys(to json: inout JSONWriter) {
    json.array("requestKeys") { json in
      for (key, row) in requests {
        json.object { json in
          json.string("tenant", row.tenant)
          Self.write(key, row.use, to: &json)
        }
      }
    }
    json.array("replyKeys") { json in
      for (key, use) in replies { json.object { json in Self.write(key, use, to: &json) } }
    }
  }

  private static func write(_ key: [UInt8], _ use: KeyTally.Use, to json: inout JSONWriter) {
    json.string("keyId", Hex.encode(key))
    json.number("accepted", use.accepted)
    json.number("refused", use.refused)
    json.number("firstAccepted", use.firstAccepted)
    json.number("lastAccepted", use.lastAccepted)
  }
}
