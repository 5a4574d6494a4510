import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// What may be read of cases: by the tenant its own, by officers all; holders are nowhere in them.
extension CaseOffice {
  /// Bytes of events in one reply.
  private static let pageBytes = 640 * 1_024
  /// Events in one reply. A message has at most 4,096 elements, and nobody holds the worker up for long.
  private static let pageEvents = 500
  /// Cases in one reply.
  private static let pageCases = 500

  /// A page of a case's signed events. What is not for the tenant's eyes comes to it as a digest.
  func getCase(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try GetCaseRequest.body(order.request.body)
      guard let folder = readable(body.tenantID, by: order) else {
        return .refusal(.noSuchCase, field: "tenant_id")
      }
      if let refusal = recordReading(order) { return refusal }
      guard let page = try? page(of: folder, after: body.after, by: order) else {
        return .refusal(.internal)
      }
      return .success(page.encoded())
    } catch {
      return error.outcome
    }
  }

  /// The case, when whoever signed the order may read it.
  private func readable(_ tenantID: String, by order: Order) -> CaseFolder? {
    switch order.who {
    case .officer: folder(tenantID)
    case .anyone(let keyID): folder(tenantID).flatMap { $0.owner == keyID ? $0 : nil }
    case .tenant: nil
    }
  }

  /// The supervisor reads everything, and its reading is itself recorded. Nil when it was, or need not be.
  func recordReading(_ order: Order) -> Outcome? {
    guard case .officer(_, let roles) = order.who, roles.contains(.supervisor) else { return nil }
    return record(order)
  }

  /// Records that something was read. Nil when it was, else the refusal.
  func record(_ order: Order) -> Outcome? {
    // Each page is a reading of its own, and no call has the leaf of another.
    let outcome = ledger.once(
      order, operationID: Array(order.leaf.prefix(WireLength.identifier)), contentDigest: order.leaf,
      keepsBody: true, act: { _ in Deed(.success([])) })
    return outcome.reason == .noReason ? nil : outcome
  }

  private func page(of folder: CaseFolder, after: UInt64, by order: Order) throws -> GetCaseReply {
    let seesAll = if case .officer = order.who { true } else { false }
    var events: [SignedEvent] = []
    var keys: [[UInt8]: PassgateWire.ReplyKey] = [:]
    var bytes = 0
    for place in folder.places.dropFirst(Int(clamping: after)).prefix(Self.pageEvents)
    where bytes < Self.pageBytes {
      guard let recorded = try ledger.events([place]).first else { throw Refused(.internal) }
      let (event, key) = try SignedEvent.read(recorded, isWhole: seesAll)
      events.append(event)
      bytes += event.encoded().count
      keys[event.keyID] = key
    }
    let last = after + UInt64(events.count)
    return GetCaseReply(
      salt: freshSalt(), events: events, next: last < UInt64(folder.places.count) ? last : 0,
      keys: Array(keys.values))
  }

  /// What a tenant's traffic is measured at, the same for both sides.
  //= Measures art.10
  func getFigures(_ order: Order, _ traffic: TrafficWatch?) -> Outcome {
    do throws(BodyFault) {
      let body = try GetFiguresRequest.body(order.request.body)
      guard let folder = readable(body.tenantID, by: order) else {
        return .refusal(.noSuchCase, field: "tenant_id")
      }
      if let refusal = recordReading(order) { return refusal }
      let reply = GetFiguresReply(
        salt: freshSalt(),
        measured: traffic?.measuredVolume(of: body.tenantID).map { PassgateWire.Volume($0) },
        quota: folder.law.agreementInForce.map { PassgateWire.Volume($0.quota) })
      return .success(reply.encoded())
    } catch {
      return error.outcome
    }
  }

  /// The metrics of all cases.
  func writeMetrics(to text: inout PrometheusText) {
    text.metric(
      "passgate_clock_held", "gauge", "1 while the wall clock is not believed and no term runs.", labels: [:],
      isHeld ? 1 : 0)
    let states = Dictionary(grouping: allFolders, by: \.law.state)
    for state in PassgateDomain.CaseState.allCases {
      text.metric(
        "passgate_cases", "gauge", "Cases by their state.", labels: ["state": "\(state)"],
        states[state]?.count ?? 0)
    }
  }

  func listCases(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ListCasesRequest.body(order.request.body)
      if let refusal = recordReading(order) { return refusal }
      let rest = allFolders.filter { $0.law.tenantID > body.after }
      let shown = rest.prefix(Self.pageCases)
      let reply = ListCasesReply(
        salt: freshSalt(), cases: shown.map { CaseSummary($0.law) },
        next: rest.count > shown.count ? shown.last?.law.tenantID ?? "" : "")
      return .success(reply.encoded())
    } catch {
      return error.outcome
    }
  }

  /// The platform's signed word on how far a case has come, so that a copy of it can be shown to be whole.
  //= Measures art.15
  func attestCase(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try AttestCaseRequest.body(order.request.body)
      guard let folder = folder(body.tenantID) else {
        return .refusal(.noSuchCase, field: "tenant_id")
      }
      let statement = CaseStatement(
        tenantID: body.tenantID, events: UInt64(folder.places.count), head: folder.head,
        atMilliseconds: clock.wallMilliseconds()
      ).encoded()
      guard let signer, let signature = try? signer.sign(statement, as: .statement) else {
        return .refusal(.internal)
      }
      let reply = AttestCaseReply(
        salt: freshSalt(), statement: statement, signature: signature, key: signer.announcement)
      return .success(reply.encoded())
    } catch {
      return error.outcome
    }
  }
}

extension SignedEvent {
  /// A step as its recorded event holds it, with the request that ordered it.
  init(_ step: SealedStep, order: Order?) throws(CryptoError) {
    let leaf = step.certificates[0]
    self.init(
      event: step.event, digest: sha256(step.event.span), signature: step.signature,
      keyID: try Certificate(der: leaf.span).publicKey.keyID,
      requestHeader: order?.request.header ?? [], requestBody: order?.request.body ?? [],
      requestSignature: order?.request.signature)
  }

  /// - Parameter isWhole: false for a tenant, who gets of an internal event nothing but its digest.
  fileprivate static func read(
    _ recorded: LedgerEvent, isWhole: Bool
  ) throws -> (SignedEvent, PassgateWire.ReplyKey) {
    guard let signature = recorded.caseSignature, let leaf = recorded.caseCertificates.first else {
      throw Refused(.internal)
    }
    let key = try Certificate(der: leaf.span).publicKey
    let event = try PassgateWire.CaseEvent(decoding: recorded.caseEvent.span)
    let isShown = try isWhole || !PassgateDomain.CaseEvent(event).isInternal
    let signed = SignedEvent(
      event: recorded.caseEvent, digest: sha256(recorded.caseEvent.span), signature: signature,
      keyID: key.keyID, requestHeader: recorded.requestHeader, requestBody: recorded.requestBody,
      requestSignature: recorded.requestSignature)
    let announcement = PassgateWire.ReplyKey(
      state: .active, algorithm: SignatureAlgorithm.ecdsaP256SHA256.rawValue,
      certificates: recorded.caseCertificates)
    return (isShown ? signed : signed.withheld, announcement)
  }
}

extension CaseSummary {
  fileprivate init(_ law: Case) {
    self.init(
      tenantID: law.tenantID, name: law.dossier.organisation.name,
      state: PassgateWire.CaseState(law.state), events: law.lastNumber,
      nextDueMilliseconds: law.nextDue ?? 0,
      openMatters: UInt32(clamping: law.matters.count(where: \.isOpen)),
      creditCode: law.dossier.organisation.creditCode
    )
  }
}
