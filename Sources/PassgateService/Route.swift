import PassgateDomain
import PassgateWire

/// How a method is run: at once on the loop, or on a worker.
enum MethodBody: Sendable {
  case onLoop(@Sendable (Pipeline, AuthenticRequest) -> Outcome)
  case onWorker(WorkerMethod)
}

/// A method that may take long; it gets what the request says, not the connection it came on.
typealias WorkerMethod = @Sendable (DeploymentService, Order) -> Outcome

/// The threads that run what takes long, apart from each other so that none waits for the others' callers.
enum WorkerKind {
  /// Officers and tenants.
  case house
  /// What anybody may call.
  case visitors
  /// Chunks of records, in their order.
  case imports
  case chips
  case portraits

  fileprivate static func threads(for method: String, _ check: PassgateDomain.CheckKind?) -> WorkerKind {
    switch check {
    case .chip: .chips
    case .realPerson: .portraits
    case .realName, nil: method == importChunk ? .imports : .house
    }
  }
}

/// A method of the wire's table with how it is run. A class, because every request refers to one.
final class Route: Sendable {
  let method: Method
  let body: MethodBody
  /// The way of checking that it is; nil when it checks nobody.
  let check: PassgateDomain.CheckKind?
  /// How many checks a call counts as, before its body is looked at.
  let checks: Int
  /// Who runs it where a worker does.
  let worker: WorkerKind
  /// Its place in the table of methods, for counting.
  let place: Int

  private init(_ method: Method, _ body: MethodBody, place: Int) {
    (self.method, self.body, self.place) = (method, body, place)
    check = kinds[method.name]
    checks = check == nil || uncounted.contains(method.name) ? 0 : 1
    worker = method.caller == .selfDeclared ? .visitors : .threads(for: method.name, check)
  }

  /// The route of this full name.
  static func named(_ name: String) -> Route? { byName[name] }

  private static let byName = Dictionary(
    uniqueKeysWithValues: Method.all.enumerated().compactMap { place, method in
      // Whatever acts in a case goes one way.
      let body = method.act == nil ? bodies[method.name] : .onWorker { $0.cases.act($1) }
      return body.map { (method.name, Route(method, $0, place: place)) }
    })
}

private let importChunk = "passgate.v1.Registry/ImportChunk"

private let bodies: [String: MethodBody] = [
  "passgate.v1.Verification/VerifyIdentity": .onLoop { $0.verifyIdentity($1) },
  "passgate.v1.Verification/VerifyBatch": .onLoop { $0.verifyBatch($1) },
  "passgate.v1.Verification/VerifyChip": .onWorker { $0.chips.verify($1, $0) },
  "passgate.v1.Verification/StartChipReading": .onWorker { $0.chips.start($1) },
  "passgate.v1.Verification/ContinueChipReading": .onWorker { $0.chips.proceed($1, $0) },
  "passgate.v1.Verification/StartCapture": .onLoop { $0.startCapture($1) },
  "passgate.v1.Verification/VerifyPortrait": .onWorker { $0.portraits.verify($1, $0) },
  "passgate.v1.Health/Check": .onLoop { $0.health($1) },
  "passgate.v1.Reflection/ListMethods": .onLoop { Reflection.listMethods($1) },
  importChunk: .onWorker { $0.registry.importChunk($1) },
  "passgate.v1.Registry/ImportStatus": .onWorker { $0.registry.importStatus($1) },
  "passgate.v1.Registry/DeleteRecord": .onWorker { $0.registry.deleteRecord($1) },
  "passgate.v1.Onboarding/GetCase": .onWorker { $0.cases.getCase($1) },
  "passgate.v1.Onboarding/GetFigures": .onWorker { $0.cases.getFigures($1, $0.traffic) },
  "passgate.v1.Onboarding/PutDocument": .onWorker { $0.cases.putDocument($1) },
  "passgate.v1.Onboarding/Complain": .onWorker { $0.cases.complain($1) },
  "passgate.v1.Supervision/GetCase": .onWorker { $0.cases.getCase($1) },
  "passgate.v1.Supervision/ListCases": .onWorker { $0.cases.listCases($1) },
  "passgate.v1.Supervision/AttestCase": .onWorker { $0.cases.attestCase($1) },
  "passgate.v1.Supervision/GetFigures": .onWorker { $0.cases.getFigures($1, $0.traffic) },
  "passgate.v1.Supervision/GetDocument": .onWorker { $0.cases.getDocument($1) },
  "passgate.v1.Supervision/ListComplaints": .onWorker { $0.cases.listComplaints($1) },
  "passgate.v1.Supervision/Provision": .onWorker { $0.provisioning.provision($1) },
  "passgate.v1.Supervision/ListTenants": .onWorker { $0.provisioning.listTenants($1) },
  "passgate.v1.Supervision/ListEvidence": .onWorker { $0.listEvidence($1) },
  "passgate.v1.Supervision/GetComparison": .onWorker { $0.getComparison($1) },
  "passgate.v1.Supervision/ListKeyOrders": .onWorker { $0.keys.listOrders($1) },
  "passgate.v1.Supervision/RegisterKey": .onWorker { $0.keys.register($1) },
  "passgate.v1.Supervision/ListKeys": .onWorker { $0.keys.list($1) },
  "passgate.v1.Supervision/RevokeKey": .onWorker { $0.keys.revoke($1) },
  "passgate.v1.Supervision/TaintIssuer": .onWorker { $0.keys.taintIssuer($1) },
  "passgate.v1.Keys/Renew": .onWorker { $0.keys.renew($1) },
  "passgate.v1.Keys/List": .onWorker { $0.keys.listOwn($1) },
  "passgate.v1.Keys/Revoke": .onWorker { $0.keys.revokeOwn($1) },
  "passgate.v1.Trust/PutFile": .onWorker { $0.documentTrust.putFile($1) },
  "passgate.v1.Trust/Propose": .onWorker { $0.documentTrust.propose($1) },
  "passgate.v1.Trust/Activate": .onWorker { $0.documentTrust.activate($1) },
  "passgate.v1.Trust/List": .onWorker { $0.documentTrust.list($1) },
  "passgate.v1.Trust/ListEntries": .onWorker { $0.documentTrust.listEntries($1) },
  "passgate.v1.Conformance/Start": .onWorker { $0.conformance.start($1) },
  "passgate.v1.Conformance/Finish": .onWorker { $0.conformance.finish($1) },
]

//= Measures art.4
private let kinds: [String: PassgateDomain.CheckKind] = [
  "passgate.v1.Verification/VerifyIdentity": .realName,
  "passgate.v1.Verification/VerifyBatch": .realName,
  "passgate.v1.Verification/VerifyChip": .chip,
  "passgate.v1.Verification/StartChipReading": .chip,
  "passgate.v1.Verification/ContinueChipReading": .chip,
  "passgate.v1.Verification/StartCapture": .realPerson,
  "passgate.v1.Verification/VerifyPortrait": .realPerson,
]

/// What is no check by itself: the turns of a reading belong to its start, a capture to the check that it is for.
private let uncounted: Set<String> = [
  "passgate.v1.Verification/ContinueChipReading", "passgate.v1.Verification/StartCapture",
]
