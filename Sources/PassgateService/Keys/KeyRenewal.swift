import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

/// A tenant asks for a key that is to replace the one that signs, and sees what became of its keys.
extension KeyDesk {
  /// Keys of a tenant that are accepted at once, those that wait for their certificates counted.
  static let limit = 4
  /// Keys that a tenant may ask for within a day: each stays in the ledger for good.
  static let limitPerDay = 64

  func renew(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try RenewKeyRequest.body(order.request.body)
      return carryOut(order, operationID: body.operationID, content: body.content) { event, draft in
        let standing = try self.standing(of: order)
        let renewal = Renewal(body: body, standing: standing, now: clock.wallMilliseconds())
        let name = try renewal.check { [self] in isKnown($0) }
        let act = KeyAct.requested(
          name, KeyFacts.Request(body: body, replaces: order.header.keyID), at: renewal.now)
        draft = Draft(act: act, directory: standing.directory)
        let key = try record(name, after: act, standing.directory, at: renewal.now)
        log.info("key_requested", ["tenant": .string(name.tenantID), "key": .string(name.keyID.hex)])
        return RenewKeyReply(salt: freshSalt(), event: event, key: key).encoded()
      }
    } catch {
      return error.outcome
    }
  }

  func listOwn(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      _ = try ListOwnKeysRequest.body(order.request.body)
      let now = clock.wallMilliseconds()
      let keys = views(of: order.header.tenantID, in: order.header.deployment).map { $0.record(at: now) }
      let issuers = certificates.trust.trust.settings.own.intermediates.map(\.der)
      return .success(ListOwnKeysReply(salt: freshSalt(), keys: keys, issuers: issuers).encoded())
    } catch {
      return error.outcome
    }
  }

  /// The key as it will stand after an act.
  func record(_ name: KeyName, after act: KeyAct, _ directory: Directory, at now: UInt64) throws -> KeyRecord
  {
    var book = read
    book.take(act)
    guard let view = view(name, in: book, directory) else { throw Refused(.internal) }
    return view.record(at: now)
  }

  /// What stands while a tenant's key asks for something.
  struct Standing {
    let tenant: PassgateDomain.Tenant
    /// The key that signed the request.
    let signing: KeyView
    let directory: Directory
    let book: KeyBook
  }

  private func standing(of order: Order) throws -> Standing {
    let header = order.header
    let name = KeyName(deployment: header.deployment, tenantID: header.tenantID, keyID: header.keyID)
    guard let directory = counter(of: header.deployment)?.directory.read() else { throw Refused(.internal) }
    let book = read
    // It was revoked while the request waited.
    guard let tenant = directory.tenant(header.tenantID), let signing = view(name, in: book, directory),
      signing.isAccepted(at: clock.wallMilliseconds())
    else { throw Refused(.noSuchKey) }
    return Standing(tenant: tenant, signing: signing, directory: directory, book: book)
  }

  /// True for every key that anybody has, had or asks for: tenants of all deployments, officers, the platform.
  func isKnown(_ keyID: [UInt8]) -> Bool {
    read.knows(keyID)
      || deployments.values.contains { counter in
        let configuration = counter.configuration.read()
        return counter.directory.read().isKnown(keyID)
          || configuration.officers.contains { $0.certificate.publicKey.keyID == keyID }
          || configuration.replyKeys.keys.contains { $0.chain.contains { $0.publicKey.keyID == keyID } }
      }
  }
}

/// A tenant's wish for another key, held against what stands.
struct Renewal {
  let body: RenewKeyRequest
  let standing: KeyDesk.Standing
  /// Milliseconds since 1970.
  let now: UInt64

  private var signing: KeyView { standing.signing }

  /// - Returns: the name that the new key will have.
  func check(isKnown: ([UInt8]) -> Bool) throws -> KeyName {
    try checkTime()
    guard let algorithm = SignatureAlgorithm(rawValue: body.algorithm) else {
      throw Refused(.keyRefused, field: "algorithm: there is no such algorithm")
    }
    try checkAlgorithm(algorithm)
    let key = try key(body.request, "request")
    do { try key.check(for: algorithm) } catch {
      throw Refused(.keyRefused, field: "request: \(error)")
    }
    guard !isKnown(key.keyID) else {
      throw Refused(.keyRefused, field: "request: the platform knows this key already; make a new one")
    }
    try checkConnection(algorithm, of: key, isKnown: isKnown)
    try checkCount()
    return signing.name.with(key.keyID)
  }

  /// From one third of its life left, unless there is a cause.
  private func checkTime() throws(Refused) {
    guard body.cause == .regular, signing.lifecycle.tainted == nil, let key = signing.key else { return }
    let (from, until) = (key.notBefore.milliseconds, key.notAfter.milliseconds)
    let earliest = until - (until - min(from, until)) / 3
    guard now >= earliest else {
      throw Refused(
        .renewalTooEarly, field: "cause: renew from \(CivilTime.timestamp(milliseconds: earliest)) on")
    }
  }

  private func checkAlgorithm(_ algorithm: SignatureAlgorithm) throws(Refused) {
    if body.cause == .algorithmChange, body.algorithm == signing.key?.algorithm {
      throw Refused(.keyRefused, field: "cause: the algorithm is the same")
    }
    //= Measures art.8
    if algorithm == .rsaPKCS1SHA256, standing.tenant.mode != .signingServer {
      throw Refused(.keyRefused, field: "algorithm: rsa-pkcs1-sha256 is for signing servers only")
    }
  }

  /// Decodes a request and sees to it that its sender holds the key.
  private func key(_ request: [UInt8], _ field: String) throws(Refused) -> PublicKey {
    do throws(CryptoError) {
      return try CertificateRequest(der: request.span).publicKey
    } catch {
      throw Refused(.keyRefused, field: "\(field): \(error)")
    }
  }

  private func checkConnection(
    _ algorithm: SignatureAlgorithm, of key: PublicKey, isKnown: ([UInt8]) -> Bool
  ) throws {
    let isBound = standing.tenant.mode == .mobileCertificate && algorithm == .sm2SM3
    guard !body.tlsRequest.isEmpty else {
      if isBound, signing.key?.tlsFingerprint == nil {
        throw Refused(
          .keyRefused, field: "tls_request: an sm2-sm3 key of a mobile certificate needs a connection key")
      }
      return
    }
    guard isBound else {
      throw Refused(.keyRefused, field: "tls_request: only sm2-sm3 keys of mobile certificates have one")
    }
    let connection = try self.key(body.tlsRequest, "tls_request")
    guard connection.kind != .sm2, connection.keyID != key.keyID, !isKnown(connection.keyID) else {
      throw Refused(
        .keyRefused, field: "tls_request: TLS cannot use SM2, and the key must be new; make a P-256 key")
    }
  }

  private func checkCount() throws(Refused) {
    let seconds = Int64(clamping: now / 1_000)
    guard standing.book.requests(of: signing.name, since: now - min(now, 86_400_000)) < KeyDesk.limitPerDay
    else {
      throw Refused(
        .keyRefused, field: "request: \(KeyDesk.limitPerDay) keys of this tenant were asked for within a day")
    }
    let waiting = standing.book.pending(of: standing.tenant.id, in: signing.name.deployment).count
    guard standing.tenant.keys.count(where: { $0.isLive(at: seconds) }) + waiting < KeyDesk.limit else {
      throw Refused(
        .keyRefused,
        field:
          "request: \(KeyDesk.limit) keys of this tenant are accepted or wait; revoke one that is not needed")
    }
  }
}
