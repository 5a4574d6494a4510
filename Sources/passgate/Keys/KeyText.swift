import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// Keys of tenants as people and programs read them.
enum KeyText {
  static let header =
    Columns.pad("STATE", 10) + Columns.pad("KEY", 16) + Columns.pad("ALGORITHM", 18)
    + Columns.pad("READY FROM", 20) + Columns.pad("ENDS", 20) + "USES"

  /// A key in one line.
  static func line(_ key: KeyRecord) -> String {
    Columns.pad("\(key.state)", 10) + Columns.pad(String(Hex.encode(key.keyID).prefix(16)), 16)
      + Columns.pad(Words.algorithm(key.algorithm), 18) + Columns.pad(time(key.activeMilliseconds), 20)
      + Columns.pad(time(end(of: key)), 20) + "\(key.uses)"
  }

  /// When the key ends by what is known now, milliseconds since 1970; 0 when that is not decided.
  static func end(of key: KeyRecord) -> UInt64 {
    [key.revokedMilliseconds, key.retiredMilliseconds, key.notAfterMilliseconds].filter { $0 > 0 }.min() ?? 0
  }

  /// To the minute, UTC; a dash for what is not decided.
  static func time(_ milliseconds: UInt64) -> String {
    milliseconds == 0 ? "-" : String(CivilTime.timestamp(milliseconds: milliseconds).prefix(16)) + "Z"
  }

  private static let times: [(name: String, time: @Sendable (KeyRecord) -> UInt64)] = [
    ("requested", { $0.requestedMilliseconds }), ("published", { $0.publishedMilliseconds }),
    ("active", { $0.activeMilliseconds }), ("retiring", { $0.retiringMilliseconds }),
    ("retired", { $0.retiredMilliseconds }), ("tainted", { $0.taintedMilliseconds }),
    ("revoked", { $0.revokedMilliseconds }), ("notAfter", { $0.notAfterMilliseconds }),
    ("lastUsed", { $0.lastUsedMilliseconds }),
  ]

  static func write(_ key: KeyRecord, to json: inout JSONWriter) {
    json.string("tenant", key.tenantID)
    json.string("keyId", Hex.encode(key.keyID))
    json.string("algorithm", Words.algorithm(key.algorithm))
    json.string("state", "\(key.state)")
    for (name, time) in times where time(key) > 0 {
      json.string(name, CivilTime.timestamp(milliseconds: time(key)))
    }
    json.number("uses", key.uses)
    if !key.replaces.isEmpty { json.string("replaces", Hex.encode(key.replaces)) }
  }

  /// What an act came to.
  static func report(
    _ key: KeyRecord, _ sentence: String, event: UInt64, _ answer: Answer, _ platform: PlatformCalls
  ) {
    guard platform.asJSON else {
      print("\(sentence); recorded as event \(event) of the ledger")
      platform.printSignatureLine(answer)
      return
    }
    print(
      envelopeJSON(answer) { json in
        json.number("event", event)
        json.object("key") { json in write(key, to: &json) }
      })
  }
}

extension CommandLine.Invocation {
  /// Asks on a terminal whether to go on, unless `--yes` is given.
  func confirm(_ question: String) throws {
    if flag("--yes") { return }
    guard isTerminal(0) else { throw Failure("nothing was done: give --yes where nobody can be asked") }
    writeError("\(question) Type yes: ")
    guard readLine() == "yes" else { throw Failure("nothing was done", .refused) }
  }
}
