import PassgateDomain
import PassgateRPC
import PassgateSystem
import PassgateWire
import Synchronization

/// A decoded request before anything of it is believed. A class, because it passes through many hands unchanged.
final class Draft {
  let call: Call
  let header: RequestHeader
  let request: Request
  /// The leaf hash of the request.
  let leaf: [UInt8]
  /// How its method is run; nil for a method that does not exist.
  let route: Route?

  init(call: Call, header: RequestHeader, request: Request, authentication: Authentication) {
    self.call = call
    self.header = header
    self.request = request
    leaf = authentication.requestDigest(request.header, algorithm: header.algorithm)
    route = Route.named(header.method)
  }

  /// - Parameter isRecorded: a registered key signed it.
  func answer(_ outcome: Outcome, isRecorded: Bool = false) -> Answer {
    Answer(draft: self, isRecorded: isRecorded, outcome: outcome)
  }
}

/// A request whose signature has verified.
struct AuthenticRequest {
  let draft: Draft
  let principal: Principal
  let route: Route

  var method: Method { route.method }
  var call: Call { draft.call }

  /// Monotonic nanoseconds.
  var deadline: UInt64 { Admission.deadline(of: draft.header, method: method, arrived: call.arrived) }

  /// The answer. Anybody's methods change nothing and tell of nobody, so they are counted by the minute instead of
  /// recorded one by one: strangers cannot fill the evidence.
  func answer(_ outcome: Outcome) -> Answer {
    draft.answer(outcome, isRecorded: method.caller != .selfDeclared)
  }

  var order: Order {
    Order(
      who: principal.orderer, header: draft.header, leaf: draft.leaf, request: draft.request,
      policy: principal.policy, deadline: deadline)
  }
}

/// What a worker may know of a request: who signed it and what was signed.
struct Order: Sendable {
  enum Who: Sendable {
    case tenant(String)
    case officer(String, roles: Set<OfficerRole>)
    /// Anybody, by the id of the key that the header carries.
    case anyone(keyID: [UInt8])
  }

  let who: Who
  let header: RequestHeader
  /// The leaf hash of the request.
  let leaf: [UInt8]
  let request: Request
  /// What the tenant may ask, as the call was admitted; nil for all others.
  var policy: Policy?
  /// When nobody waits for the outcome any more, monotonic nanoseconds.
  var deadline = UInt64.max

  /// As the ledger names who acted. Strangers share a tenant id, so their keys tell them apart.
  var actor: String {
    switch who {
    case .tenant(let id), .officer(let id, _): id
    case .anyone(let keyID): Hex.encode(keyID)
    }
  }
}

extension Principal {
  fileprivate var orderer: Order.Who {
    switch who {
    case .tenant(let tenant): .tenant(tenant.id)
    case .officer(let officer): .officer(officer.id, roles: officer.roles)
    case .selfDeclared: .anyone(keyID: keyID)
    }
  }

  fileprivate var policy: Policy? {
    guard case .tenant(let tenant) = who else { return nil }
    return tenant.policy
  }
}

/// The tenant that asks for a check, what it may ask, and how it asks.
struct Asker {
  let tenantID: String
  let policy: Policy
  let sceneID: String
  /// The key that signed.
  let keyID: [UInt8]

  /// Nil for a request of nobody's tenant.
  init?(_ request: AuthenticRequest) {
    guard case .tenant(let tenant) = request.principal.who else { return nil }
    (tenantID, policy) = (tenant.id, tenant.policy)
    (sceneID, keyID) = (request.draft.header.sceneID, request.principal.keyID)
  }

  /// Nil for an order of nobody's tenant.
  init?(_ order: Order) {
    guard case .tenant(let id) = order.who, let policy = order.policy else { return nil }
    (tenantID, self.policy) = (id, policy)
    (sceneID, keyID) = (order.header.sceneID, order.header.keyID)
  }
}

/// Set when the caller gave up. The worker looks before it starts.
final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }
  func cancel() { flag.store(true, ordering: .relaxed) }
}

extension WireMessage {
  /// The body of a request, or the refusal that names the field at fault.
  static func body(_ bytes: [UInt8]) throws(BodyFault) -> Self {
    do throws(WireError) {
      return try Self(decoding: bytes.span)
    } catch {
      throw BodyFault(field: error.field)
    }
  }
}

/// A body that does not say what its method needs.
struct BodyFault: Error {
  let field: String

  var outcome: Outcome { .refusal(.malformedBody, field: field) }
}
