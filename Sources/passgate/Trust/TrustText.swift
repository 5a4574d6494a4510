import PassgateSystem
import PassgateWire

/// Trust for chips as people read it.
enum TrustText {
  private static let uses: [TrustUse: String] = [
    .issuers: "issuers", .anchors: "anchors", .pinned: "pinned signers",
  ]
  private static let contents: [TrustFile.Content: String] = [
    .masterList: "master list", .certificates: "certificates", .crls: "revocation lists", .mixed: "mixed",
  ]
  private static let kinds: [TrustEntry.Kind: String] = [
    .csca: "CSCA", .documentSigner: "signer", .crl: "CRL", .anchor: "anchor", .pinnedSigner: "pinned",
  ]
  private static let signs: [TrustEntry.Change: String] = [
    .none: " ", .added: "+", .removed: "-", .replaced: "~",
  ]
  private static let changes: [TrustEntry.Change: String] = [
    .added: "added", .removed: "removed", .replaced: "replaced",
  ]

  // MARK: Proposals

  /// What a proposal would do, in one sentence without its end.
  static func summary(_ proposal: TrustProposal) -> String {
    guard !proposal.removal else {
      let entries = proposal.removed == 1 ? "1 entry" : "\(proposal.removed) entries"
      return "\(proposal.source) goes, with \(entries)"
    }
    return
      "\(proposal.source) (\(uses[proposal.use] ?? "")): \(proposal.added) added, \(proposal.removed) removed, "
      + "\(proposal.replaced) replaced, \(proposal.unchanged) as they are"
  }

  /// What is told to whoever has proposed.
  ///
  /// - Parameter files: as the command line named them.
  static func proposed(_ proposal: TrustProposal, files: [String]) -> [String] {
    let digest = Hex.encode(proposal.digest)
    return self.files(proposal.files, named: files) + problems(proposal, named: files) + [
      summary(proposal),
      "proposed as event \(proposal.event) of the ledger; nothing has changed yet",
      "another officer reads it with 'passgate trust diff' and activates it within 24 hours:",
      "  passgate trust activate \(digest)",
    ]
  }

  private static func files(_ files: [TrustFile], named names: [String] = []) -> [String] {
    files.enumerated().map { index, file in
      let name = names.indices.contains(index) ? names[index] : String(Hex.encode(file.digest).prefix(16))
      return "  \(terminalSafe(name)): \(describe(file))"
    }
  }

  /// `master list of 2026-05-28T08:28Z, signed by C=DE, CN=...: 588 certificates, 3 kept out`
  static func describe(_ file: TrustFile) -> String {
    var kind = contents[file.content] ?? ""
    if file.issuedMilliseconds > 0 { kind += " of \(minute(file.issuedMilliseconds))" }
    if !file.signer.isEmpty { kind += ", signed by \(terminalSafe(file.signer))" }
    let counts = [
      (file.certificates, count(file.certificates, "certificate")),
      (file.lists, count(file.lists, "revocation list")), (file.duplicates, "\(file.duplicates) said twice"),
      (file.keptOut, "\(file.keptOut) kept out"),
    ].filter { $0.0 > 0 }.map(\.1)
    return "\(kind): \(counts.joined(separator: ", "))"
  }

  private static func problems(_ proposal: TrustProposal, named names: [String] = []) -> [String] {
    let shown = proposal.problems.map { problem in
      let index = Int(problem.file)
      let name = names.indices.contains(index) ? names[index] : "file \(index + 1)"
      let place = problem.number > 0 ? ", number \(problem.number)" : ""
      return "  kept out of \(terminalSafe(name))\(place): \(terminalSafe(problem.problem))"
    }
    let all = proposal.files.reduce(0) { $0 + Int($1.keptOut) }
    return all > shown.count ? shown + ["  and \(all - shown.count) more"] : shown
  }

  /// A proposal with all that it would change.
  static func difference(_ proposal: TrustProposal, _ entries: [TrustEntry]) -> [String] {
    [
      summary(proposal),
      "proposed by \(proposal.proposer) at \(minute(proposal.proposedMilliseconds)), event \(proposal.event)",
      "digest \(Hex.encode(proposal.digest))",
    ] + files(proposal.files) + problems(proposal) + grouped(entries)
  }

  /// By country, each with its changes.
  private static func grouped(_ entries: [TrustEntry]) -> [String] {
    let countries = Dictionary(grouping: entries, by: \.country).sorted { $0.key < $1.key }
    return countries.flatMap { country, entries in
      ["\(country.isEmpty ? "no country" : terminalSafe(country)): \(entries.count)"] + entries.map(line)
    }
  }

  /// `+ CSCA     C=DE, CN=csca-germany  e8a6299341cb…  2024-01-02 to 2037-01-02`
  static func line(_ entry: TrustEntry) -> String {
    let key = entry.keyID.isEmpty ? "" : "  key \(Hex.encode(entry.keyID))"
    let end = entry.endsMilliseconds == 0 ? "no end" : day(entry.endsMilliseconds)
    return "  \(signs[entry.change] ?? " ") \(Columns.pad(kinds[entry.kind] ?? "", 7))"
      + "\(terminalSafe(entry.subject))\(key)  \(day(entry.beginsMilliseconds)) to \(end)"
      + "  SHA-256 \(fingerprint(entry))"
  }

  /// Whole where an officer compares it with what is published elsewhere.
  private static func fingerprint(_ entry: TrustEntry) -> String {
    let digits = Hex.encode(entry.fingerprint)
    return [.anchor, .pinnedSigner].contains(entry.kind) ? digits : "\(digits.prefix(16))…"
  }

  // MARK: What is in force

  static func list(_ reply: ListTrustReply, _ entries: [TrustEntry]) -> [String] {
    let missing =
      reply.missing.isEmpty
      ? []
      : [
        "NO CHIP IS TRUSTED: the platform has lost \(count(reply.missing.count, "file")) of what is in force;"
          + " import the same files again:"
      ] + reply.missing.map { "  SHA-256 \(Hex.encode($0))" }
    let sources = reply.sources.flatMap { source in
      [
        "\(source.name) (\(uses[source.use] ?? "")): \(held(entries.filter { $0.source == source.name }))",
        "  activated by \(source.activator) at \(minute(source.activatedMilliseconds)), event \(source.event); "
          + "proposed by \(source.proposer)",
      ] + files(source.files)
    }
    let waiting = reply.proposals.map {
      "waits for another officer: \(summary($0))\n  passgate trust diff \(Hex.encode($0.digest))"
    }
    return missing + (reply.sources.isEmpty ? ["no chip is trusted: nothing is in force"] : sources)
      + countries(entries) + waiting
  }

  private static func held(_ entries: [TrustEntry]) -> String {
    let kinds = TrustEntry.Kind.allCases.map { kind in (kind, entries.count { $0.kind == kind }) }
    let counts = kinds.filter { $0.1 > 0 }.map { "\($0.1) \(self.kinds[$0.0] ?? "")" }
    return counts.isEmpty ? "nothing" : counts.joined(separator: ", ")
  }

  /// `CSCAs by country: CN:25, DE:12`
  private static func countries(_ entries: [TrustEntry]) -> [String] {
    let counts = counts(byCountry: entries).map { "\(terminalSafe($0.country)):\($0.count)" }
    return counts.isEmpty
      ? [] : [Columns.paragraph("CSCAs by country: ", counts.joined(separator: ", "))]
  }

  private static func counts(byCountry entries: [TrustEntry]) -> [(country: String, count: Int)] {
    Dictionary(grouping: entries.filter { $0.kind == .csca }, by: \.country)
      .map { ($0.key.isEmpty ? "none" : $0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }

  // MARK: JSON

  static func write(
    _ reply: ListTrustReply, _ entries: [TrustEntry], shown: [TrustEntry], to json: inout JSONWriter
  ) {
    json.array("sources") { json in
      for source in reply.sources { json.object { json in write(source, to: &json) } }
    }
    json.array("proposals") { json in
      for proposal in reply.proposals { json.object { json in write(proposal, to: &json) } }
    }
    json.array("missing") { json in for digest in reply.missing { json.string(Hex.encode(digest)) } }
    json.object("cscasByCountry") { json in
      for (country, count) in counts(byCountry: entries) { json.number(country, count) }
    }
    guard !shown.isEmpty else { return }
    json.array("entries") { json in
      for entry in shown { json.object { json in write(entry, to: &json) } }
    }
  }

  private static func write(_ source: TrustSource, to json: inout JSONWriter) {
    json.string("source", source.name)
    json.string("use", uses[source.use] ?? "")
    json.string("proposer", source.proposer)
    json.string("activator", source.activator)
    json.string("activated", CivilTime.timestamp(milliseconds: source.activatedMilliseconds))
    json.number("event", source.event)
    write(source.files, to: &json)
  }

  static func write(_ proposal: TrustProposal, to json: inout JSONWriter) {
    json.string("digest", Hex.encode(proposal.digest))
    json.string("source", proposal.source)
    json.string("use", uses[proposal.use] ?? "")
    json.bool("removal", proposal.removal)
    json.string("proposer", proposal.proposer)
    json.string("proposed", CivilTime.timestamp(milliseconds: proposal.proposedMilliseconds))
    json.number("event", proposal.event)
    json.number("added", proposal.added)
    json.number("removed", proposal.removed)
    json.number("replaced", proposal.replaced)
    json.number("unchanged", proposal.unchanged)
    write(proposal.files, to: &json)
    json.array("problems") { json in
      for problem in proposal.problems {
        json.object { json in
          json.number("file", problem.file)
          json.number("number", problem.number)
          json.string("problem", problem.problem)
        }
      }
    }
  }

  private static func write(_ files: [TrustFile], to json: inout JSONWriter) {
    json.array("files") { json in
      for file in files {
        json.object { json in
          json.string("sha256", Hex.encode(file.digest))
          json.number("bytes", file.byteCount)
          json.string("content", contents[file.content] ?? "")
          if file.issuedMilliseconds > 0 {
            json.string("issued", CivilTime.timestamp(milliseconds: file.issuedMilliseconds))
          }
          if !file.signer.isEmpty { json.string("signer", file.signer) }
          json.number("certificates", file.certificates)
          json.number("lists", file.lists)
          json.number("duplicates", file.duplicates)
          json.number("keptOut", file.keptOut)
        }
      }
    }
  }

  static func write(_ entry: TrustEntry, to json: inout JSONWriter) {
    json.string("source", entry.source)
    json.string("kind", kinds[entry.kind] ?? "")
    if let change = changes[entry.change] { json.string("change", change) }
    json.string("country", entry.country)
    json.string("subject", entry.subject)
    json.string("issuer", entry.issuer)
    json.string("serial", Hex.encode(entry.serial))
    json.string("keyId", Hex.encode(entry.keyID))
    json.string("sha256", Hex.encode(entry.fingerprint))
    json.string("begins", CivilTime.timestamp(milliseconds: entry.beginsMilliseconds))
    if entry.endsMilliseconds > 0 {
      json.string("ends", CivilTime.timestamp(milliseconds: entry.endsMilliseconds))
    }
    if !entry.replaces.isEmpty { json.string("replaces", Hex.encode(entry.replaces)) }
  }

  // MARK: Words

  private static func day(_ milliseconds: UInt64) -> String {
    String(CivilTime.timestamp(milliseconds: milliseconds).prefix(10))
  }

  private static func minute(_ milliseconds: UInt64) -> String { KeyText.time(milliseconds) }
}
