import PassgateCaseFile
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// What officers do for keys that wait: see them, and register their certificates.
extension KeyDesk {
  /// From the registration until a key is ready, milliseconds: by then every loop has it.
  static let publication: UInt64 = 2_000
  private static let ordersPerPage = 100

  func listOrders(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ListKeyOrdersRequest.body(order.request.body)
      let (deployment, now) = (order.header.deployment, clock.wallMilliseconds())
      let directory = counter(of: deployment)?.directory.read()
      let pending = page(
        views(in: deployment).filter { $0.facts?.isPending ?? false }, after: body.after, body.limit,
        atMost: Self.ordersPerPage)
      let orders = pending.items.compactMap { view -> KeyOrder? in
        guard let request = view.facts?.request?.body, let tenant = directory?.tenant(view.name.tenantID)
        else { return nil }
        return KeyOrder(
          key: view.record(at: now), mode: PassgateWire.AccessMode(tenant.mode), cause: request.cause,
          request: request.request, tlsRequest: request.tlsRequest)
      }
      return .success(
        ListKeyOrdersReply(salt: freshSalt(), orders: orders, next: pending.next).encoded())
    } catch {
      return error.outcome
    }
  }

  /// What follows the key `after`, in the order of ids; `next` is empty when that is all.
  func page(_ views: [KeyView], after: [UInt8], _ limit: UInt32, atMost most: Int) -> (
    items: [KeyView], next: [UInt8]
  ) {
    let rest = views.drop { !after.lexicographicallyPrecedes($0.name.keyID) }
    let items = Array(rest.prefix(max(1, min(Int(limit), most))))
    return (items, items.count < rest.count ? items.last?.name.keyID ?? [] : [])
  }

  func register(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try RegisterKeyRequest.body(order.request.body)
      return carryOut(order, operationID: body.operationID, content: body.content) { event, draft in
        let now = clock.wallMilliseconds()
        let registration = try registration(of: body, in: order.header.deployment)
        let key = try registration.tenantKey(certificates, at: now)
        let active = max(now + Self.publication, key.notBefore.milliseconds)
        let act = KeyAct.registered(registration.facts.name, body, at: now, active: active)
        let next = try directory(registration, key, after: act, at: now)
        draft = Draft(act: act, directory: next)
        let record = try record(registration.facts.name, after: act, next, at: now)
        log.info(
          "key_registered",
          ["tenant": .string(body.tenantID), "key": .string(registration.facts.name.keyID.hex)])
        return RegisterKeyReply(salt: freshSalt(), event: event, key: record).encoded()
      }
    } catch {
      return error.outcome
    }
  }

  private func registration(of body: RegisterKeyRequest, in deployment: Deployment) throws -> Registration {
    guard let directory = counter(of: deployment)?.directory.read(),
      let tenant = directory.tenant(body.tenantID)
    else { throw Refused(.noSuchKey, field: "tenant_id") }
    let certificate: Certificate
    do throws(CryptoError) {
      certificate = try Certificate(der: body.certificate.span)
    } catch {
      throw Refused(.keyRefused, field: "certificate: \(error)")
    }
    let book = read
    let name = KeyName(deployment: deployment, tenantID: tenant.id, keyID: certificate.publicKey.keyID)
    guard let facts = book[name], facts.isPending, let request = facts.request else {
      throw Refused(.noSuchKey, field: "certificate: no key of this tenant waits for it")
    }
    guard book.tainted(issuer: certificate.authorityKeyIdentifier) == nil else {
      throw Refused(.keyRefused, field: "certificate: its issuer is tainted")
    }
    return Registration(body: body, tenant: tenant, facts: facts, request: request, directory: directory)
  }

  /// The directory with the new key, and with an end for the one that it replaces.
  private func directory(
    _ registration: Registration, _ key: TenantKey, after act: KeyAct, at now: UInt64
  ) throws -> Directory {
    let (tenant, replaced) = (registration.tenant, registration.request.replaces)
    guard tenant.keys.count(where: { $0.isLive(at: Int64(clamping: now / 1_000)) }) < Self.limit else {
      throw Refused(
        .keyRefused, field: "certificate: \(Self.limit) keys of this tenant are accepted; revoke one first")
    }
    var next = registration.directory
    try next.add(key, for: Self.mode(of: registration.body.certificate), to: tenant.id)
    var book = read
    book.take(act)
    if let end = view(registration.facts.name.with(replaced), in: book, next)?.end {
      next.retire(replaced, of: tenant.id, at: Int64(clamping: end / 1_000))
    }
    return next
  }
}

/// A certificate for a key that waits for it.
struct Registration {
  let body: RegisterKeyRequest
  let tenant: PassgateDomain.Tenant
  let facts: KeyFacts
  let request: KeyFacts.Request
  let directory: Directory

  /// The key as the directory is to have it, its certificates judged now, milliseconds since 1970.
  func tenantKey(_ certificates: TenantCertificates, at now: UInt64) throws -> TenantKey {
    try checkConnection()
    var key = try certificates.key(
      PassgateWire.TenantKey(
        certificate: body.certificate, algorithm: request.body.algorithm, state: .live,
        tlsCertificate: body.tlsCertificate),
      of: tenant.id, tenant.mode, path: "key", at: Int64(clamping: now / 1_000))
    if key.tlsFingerprint == nil, tenant.mode == .mobileCertificate,
      request.body.algorithm == SignatureAlgorithm.sm2SM3.rawValue
    {
      key.tlsFingerprint =
        directory.lookup(tenantID: tenant.id, keyID: request.replaces)?.key.tlsFingerprint
    }
    return key
  }

  /// The certificate of the connection is there when it was asked for, and of the key that asked.
  private func checkConnection() throws {
    guard body.tlsCertificate.isEmpty == request.body.tlsRequest.isEmpty else {
      throw Refused(
        .keyRefused,
        field: "tls_certificate: it is there exactly when the request for the key has a tls_request")
    }
    guard !body.tlsCertificate.isEmpty else { return }
    let wanted = try? CertificateRequest(der: request.body.tlsRequest.span).publicKey.keyID
    let given = try? Certificate(der: body.tlsCertificate.span).publicKey.keyID
    guard let wanted, wanted == given else {
      throw Refused(.keyRefused, field: "tls_certificate: it is not of the key that asked for it")
    }
  }
}
