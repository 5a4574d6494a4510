import PassgateCrypto
package import PassgateDomain
package import PassgateWire

/// What an evidence pack comes to when it is verified with the platform's root certificate alone (art. 15).
package struct PackSummary: Sendable {
  package let tenantID: String
  /// Of the case, as far as it could be read.
  package let law: Case?
  /// Events of the case, and those of them that verified.
  package let events, verifiedEvents: Int
  /// Requests whose caller's own signature could not be verified for want of its key.
  package let uncheckedRequests: Int
  /// Calls of the tenant, and those of them whose reply verified.
  package let evidenceEntries, verifiedEntries: Int
  /// Milliseconds since 1970, of the case's first and last event and of the statement.
  package let firstAt, lastAt, statedAt: UInt64?
  /// Everything that is wrong; empty for a pack to be believed.
  package let problems: [CaseFileError]

  package var isGood: Bool { problems.isEmpty }
}

extension EvidencePack {
  /// Verifies everything that is signed in the pack. What is not is its notes: time and name of the export, the numbers
  /// and times of evidence records, and the verdicts beside the signed headers.
  ///
  /// - Parameter trust: with the platform's anchors; it learns the pack's keys.
  //= Measures art.15
  package func verify(_ trust: CaseTrust) -> PackSummary {
    trust.learn(keys)
    var problems: [CaseFileError] = []
    let file = readCase(trust, &problems)
    let stated = file.flatMap { checkStatement(about: $0, trust, &problems) }
    if let file { learnTenantKeys(of: file, trust) }
    let tenantID = file?.tenantID ?? (try? CaseStatement(decoding: statement.span))?.tenantID ?? ""
    var evidence = EvidenceCheck(tenantID: tenantID, trust: trust)
    for part in parts { evidence.take(part.records) }
    return PackSummary(
      tenantID: tenantID, law: file?.law, events: parts.reduce(0) { $0 + $1.events.count },
      verifiedEvents: file?.entries.count ?? 0,
      uncheckedRequests: (file?.entries.count { $0.proof == .unchecked } ?? 0) + evidence.unchecked,
      evidenceEntries: evidence.count, verifiedEntries: evidence.verified,
      firstAt: file?.entries.first?.event?.at, lastAt: file?.law.lastAt, statedAt: stated?.atMilliseconds,
      problems: problems + evidence.problems)
  }

  /// The case as far as it is in order. A pack is whole: nothing of it is withheld.
  private func readCase(_ trust: CaseTrust, _ problems: inout [CaseFileError]) -> CaseFile? {
    let events = parts.flatMap(\.events)
    do throws(CaseFileError) {
      var file = try CaseFile(Array(events.prefix(1)), trust: trust)
      do throws(CaseFileError) {
        try file.append(Array(events.dropFirst()), trust: trust)
      } catch {
        problems.append(error)
      }
      problems += file.entries.filter { $0.event == nil }.map {
        CaseFileError(.event($0.number), .withheld)
      }
      return file
    } catch {
      problems.append(error)
      return nil
    }
  }

  private func checkStatement(
    about file: CaseFile, _ trust: CaseTrust, _ problems: inout [CaseFileError]
  ) -> CaseStatement? {
    do throws(CaseFileError) {
      return try file.check(statement: statement, signature: signature, keyID: keyID, trust: trust)
    } catch {
      problems.append(error)
      return nil
    }
  }

  /// The tenant's own keys stand in the case, so its requests can be verified too.
  private func learnTenantKeys(of file: CaseFile, _ trust: CaseTrust) {
    for registered in file.law.certificates {
      guard let certificate = try? Certificate(der: registered.certificate.span) else { continue }
      trust.learn(caller: certificate.publicKey)
    }
  }
}

/// Verifies the records of what a tenant called.
private struct EvidenceCheck {
  let tenantID: String
  let trust: CaseTrust
  private(set) var count = 0
  private(set) var verified = 0
  private(set) var unchecked = 0
  private(set) var problems: [CaseFileError] = []
  private var lastNumber: UInt64 = 0
  /// The calls so far, by the digests of their requests: no call was made twice.
  private var seen: Set<[UInt8]> = []

  init(tenantID: String, trust: CaseTrust) {
    (self.tenantID, self.trust) = (tenantID, trust)
  }

  mutating func take(_ records: [EvidenceRecord]) {
    for record in records {
      if record.number <= lastNumber { problems.append(CaseFileError(.record(record.number), .notRising)) }
      lastNumber = record.number
      for (index, entry) in record.entries.enumerated() {
        take(entry, at: .evidence(record: record.number, entry: index))
      }
    }
  }

  private mutating func take(_ entry: EvidenceEntry, at place: CaseFileError.Place) {
    count += 1
    do throws(CaseFileError) {
      let isAuthentic = try check(entry, at: place)
      verified += 1
      if !isAuthentic { unchecked += 1 }
    } catch {
      problems.append(error)
    }
  }

  /// False when the request's own signature could not be verified for want of its key.
  private mutating func check(
    _ entry: EvidenceEntry, at place: CaseFileError.Place
  ) throws(CaseFileError) -> Bool {
    let request: RequestHeader = try decode(entry.requestHeader, at: place, .requestUndecodable)
    let response: ResponseHeader = try decode(entry.responseHeader, at: place)
    guard request.tenantID == tenantID, response.tenantID == tenantID else {
      throw CaseFileError(place, .otherTenant)
    }
    // A key that a request brings along is anybody's: under a tenant's id it says nothing of the tenant.
    guard request.publicKey.isEmpty, response.reason != .notAuthentic else {
      throw CaseFileError(place, .otherSigner)
    }
    guard response.requestDigest == trust.digest(of: request, entry.requestHeader) else {
      throw CaseFileError(place, .otherRequest)
    }
    let signatureFault = trust.fault(
      of: entry.responseSignature, by: response.keyID, over: entry.responseHeader, as: .response,
      at: response.createdMilliseconds, algorithm: response.algorithm)
    if let fault = signatureFault { throw CaseFileError(place, fault) }
    let isAuthentic = trust.isAuthentic(request, entry.requestHeader, entry.requestSignature)
    guard isAuthentic != false else { throw CaseFileError(place, .badRequestSignature) }
    guard seen.insert(response.requestDigest).inserted else { throw CaseFileError(place, .repeatedCall) }
    return isAuthentic == true
  }
}
