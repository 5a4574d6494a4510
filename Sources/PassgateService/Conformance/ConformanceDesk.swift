import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateRPC
import PassgateStore
import PassgateSystem
import PassgateWire
import Synchronization

/// Joint debugging: hands out a run, watches the tenant's requests while it lasts, and signs how it went.
//= Measures art.7(3)
package final class ConformanceDesk: Sendable {
  let runs = ConformanceRuns()
  private let configuration: Published<DeploymentConfiguration>
  private let registryKeys: Published<RegistryKeyRing>
  private let directory: Published<Directory>
  private let ledger: Ledger
  private let clock: any Clock
  private let log: Log
  private let passed = Mutex<@Sendable (String, ConformancePass) -> Outcome?>({ _, _ in nil })

  init(
    configuration: Published<DeploymentConfiguration>, registryKeys: Published<RegistryKeyRing>,
    directory: Published<Directory>, ledger: Ledger, clock: any Clock, log: Log
  ) {
    self.registryKeys = registryKeys
    (self.configuration, self.directory, self.ledger) = (configuration, directory, ledger)
    (self.clock, self.log) = (clock, log)
  }

  /// Names what happens when a tenant has passed. It is told of one pass again when the tenant repeats its call.
  /// What it comes to is the tenant's answer when its repeat would help: the clock is held, the ledger fails.
  func whenPassed(_ act: @escaping @Sendable (_ tenantID: String, ConformancePass) -> Outcome?) {
    passed.withLock { $0 = act }
  }

  // MARK: Start

  func start(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      _ = try StartConformanceRequest.body(order.request.body)
    } catch {
      return error.outcome
    }
    guard SuiteRegistry.holdsPersons(at: configuration.read().registryPath, registryKeys.read()) else {
      return .refusal(.conformanceRefused, field: "registry: the persons of the suite are not on record")
    }
    do throws(CryptoError) {
      return .success(try begin(order.header).encoded())
    } catch {
      log.error("conformance_failed", ["problem": .string("\(error)")])
      return .refusal(.internal)
    }
  }

  private func begin(_ caller: RequestHeader) throws(CryptoError) -> StartConformanceReply {
    let now = clock.wallMilliseconds()
    let workshop = try SpecimenWorkshop(configuration.read(), caller: caller, now: now)
    var specimens: [(id: String, specimen: ReplySpecimen)] = []
    for row in ConformanceSuite.replyCases.shuffled() {
      if let specimen = try workshop.specimen(row.id) { specimens.append((row.id, specimen)) }
    }
    let run = ConformanceRun(
      id: try randomBytes(16), until: now + ConformanceSuite.runMilliseconds, specimens: specimens.map(\.id))
    runs.begin(run, of: caller.tenantID, now: now)
    return StartConformanceReply(
      salt: freshSalt(), run: run.id, suite: ConformanceSuite.version,
      specimens: specimens.map(\.specimen), untilMilliseconds: run.until)
  }

  // MARK: Finish

  func finish(_ order: Order) -> Outcome {
    let body: FinishConformanceRequest
    do throws(BodyFault) {
      body = try FinishConformanceRequest.body(order.request.body)
    } catch {
      return error.outcome
    }
    // A run that was not passed is answered and leaves no mark in the ledger.
    var failed: Outcome?
    let outcome = ledger.once(
      order, operationID: body.operationID, contentDigest: sha256(body.content.span), keepsBody: true,
      act: { _ in
        let (outcome, isPassed) = conclude(body, order)
        if isPassed { return Deed(outcome) }
        failed = outcome
        return Deed(.refusal(.conformanceRefused))
      })
    if let failed { return failed }
    return report(outcome, of: order.actor) ?? outcome
  }

  private func conclude(_ body: FinishConformanceRequest, _ order: Order) -> (Outcome, isPassed: Bool) {
    let now = clock.wallMilliseconds()
    guard let tenant = directory.read().tenant(order.header.tenantID),
      let run = runs.end(body.run, of: tenant.id, now: now)
    else { return (.refusal(.conformanceRefused, field: "run"), false) }
    let circumstances = Circumstance.all(of: tenant, at: Int64(clamping: now / 1_000))
    let results = run.results(body, under: circumstances)
    let report = ConformanceReport(
      tenantID: tenant.id, keyID: order.header.keyID, suite: ConformanceSuite.version, atMilliseconds: now,
      results: results, passed: results.allSatisfy(\.passed))
    do throws(CryptoError) {
      return (.success(try sign(report, for: order.header).encoded()), report.passed)
    } catch {
      log.error("conformance_failed", ["problem": .string("\(error)")])
      return (.refusal(.internal), false)
    }
  }

  private func sign(
    _ report: ConformanceReport, for caller: RequestHeader
  ) throws(CryptoError) -> FinishConformanceReply {
    let signer = try StatementSigner(
      configuration.read().replyKeys, for: ReplyFamily(requestAlgorithm: caller.algorithm),
      at: report.atMilliseconds)
    let bytes = report.encoded()
    return FinishConformanceReply(
      salt: freshSalt(), report: bytes, signature: try signer.sign(bytes, as: .conformance),
      key: signer.announcement)
  }

  /// Passes a pass on, outside of the ledger's lock. What the case refuses for good, it has already.
  private func report(_ outcome: Outcome, of tenant: String) -> Outcome? {
    guard outcome.reason == .noReason, let reply = try? FinishConformanceReply(decoding: outcome.body.span),
      let report = try? ConformanceReport(decoding: reply.report.span)
    else { return nil }
    log.info("conformance_passed", ["tenant": .string(tenant), "cases": .number(report.results.count)])
    let act = passed.withLock { $0 }
    let noted = act(
      tenant,
      ConformancePass(
        suite: report.suite, cases: UInt32(clamping: report.results.count),
        report: sha256(reply.report.span)))
    return noted.flatMap { $0.reason.mayRetry ? $0 : nil }
  }
}

extension ConformanceRun {
  /// How each case of the suite went.
  func results(_ body: FinishConformanceRequest, under circumstances: Set<Circumstance>) -> [CaseResult] {
    // A request shows one case: a digest that is named twice shows none.
    var uses: [DigestKey: Int] = [:]
    for request in body.requests { uses[DigestKey(request.requestDigest), default: 0] += 1 }
    let requests = Dictionary(grouping: body.requests, by: \.name)
    return ConformanceSuite.all.map { row in
      if case .reply(let isRight) = row.kind { return result(row, isRight, body.believed) }
      let seen = (requests[row.id] ?? []).map { request in
        uses[DigestKey(request.requestDigest)] == 1 ? sightings(of: request.requestDigest) : []
      }
      return CaseResult(
        name: row.id, passed: row.isPassed(by: seen, under: circumstances), seen: seen.inWords)
    }
  }

  private func result(_ row: ConformanceCase, _ isRight: Bool, _ believed: [Bool]) -> CaseResult {
    guard believed.count == specimens.count, let index = specimens.firstIndex(of: row.id) else {
      return CaseResult(name: row.id, passed: false, seen: "")
    }
    return CaseResult(
      name: row.id, passed: believed[index] == isRight, seen: believed[index] ? "believed" : "not believed")
  }
}

extension Circumstance {
  /// What holds for a tenant now.
  static func all(of tenant: Tenant, at unixSeconds: Int64) -> Set<Circumstance> {
    var found: Set<Circumstance> = []
    if tenant.mode == .signingServer { found.insert(.signingServer) }
    if tenant.keys.count(where: { $0.isLive(at: unixSeconds) }) < 2 { found.insert(.oneKey) }
    return found
  }
}

/// The sandbox's registry as the suite needs it.
enum SuiteRegistry {
  /// True when every check of the suite would come to its verdict.
  static func holdsPersons(at path: String, _ keys: RegistryKeyRing) -> Bool {
    guard let reader = try? RegistryReader(path: path), let cipher = try? RegistryCipher(keys)
    else { return false }
    let engine = RealNameEngine()
    return ConformanceSuite.checks.allSatisfy { check in
      guard let claim = try? PassgateDomain.IdentityClaim.parse(.init(check.claim), at: "claim") else {
        return false
      }
      let key = cipher.documentKey(claim.number)
      let sealed = (try? reader.lookup(key)) ?? nil
      let record = sealed.flatMap { try? DocumentRecord(cipher.open($0, under: key)) }
      return VerdictClass(engine.judge(claim, against: record)) == check.verdict
    }
  }
}
