import PassgateCrypto
import PassgateRPC
import PassgateSystem
import PassgateWire

/// What a reload replaces: the keys and the applications, and the server's own TLS identity.
struct SigningMaterial: Mail {
  let policy: SigningPolicy
  /// The server's certificate, then those between it and its root.
  let chain: [Certificate]
  /// The key of the first of `chain`.
  let key: PrivateKey
  /// The roots of the applications' certificates.
  let anchors: [Certificate]

  /// Settings for connections of one thread.
  func tlsContext() throws(CryptoError) -> TLSContext {
    try TLSContext.server(
      chain: chain, key: key, alpn: "passgate-signing/1",
      clientCertificates: .required(anchors: anchors, purpose: .applicationTLS))
  }
}

/// Signs headers for applications: the service of one loop.
///
/// It decodes and judges each header itself and builds the tree itself, so no caller can have a hash, a leaf
/// or a root signed.
final class SigningHandler: CallHandler {
  static let software = "passgate-signer/0.1.0"

  private let clock: any Clock
  private let log: Log
  private let signed: SignedCount
  private let hashers: Hashers
  private var policy: SigningPolicy
  private var audit: Audit
  /// What new connections are made with.
  private(set) var context: TLSContext

  /// - Parameter audit: a log that holds nothing back.
  init(
    _ material: SigningMaterial, clock: any Clock, log: Log, audit: Log, signed: SignedCount
  ) throws(CryptoError) {
    self.clock = clock
    self.log = log
    self.signed = signed
    self.audit = Audit(audit)
    hashers = try Hashers()
    policy = try material.policy.duplicate()
    context = try material.tlsContext()
  }

  // MARK: The life of connections

  func hello() -> Hello {
    Hello(
      serverTimeMilliseconds: clock.wallMilliseconds(), software: Self.software, limits: Limits(),
      replyKeys: [])
  }

  func opened(_ peer: Peer) {
    guard application(of: peer) == nil else { return }
    let fingerprint = peer.identity.certificate?.fingerprint ?? []
    log.warning(
      "unknown_application",
      ["address": .string(peer.address), "certificate": .string(Hex.encode(fingerprint))])
  }

  /// Whose connection it is, by the configuration of now.
  private func application(of peer: Peer) -> Application? {
    guard let certificate = peer.identity.certificate,
      certificate.isValid(atMilliseconds: clock.wallMilliseconds()),
      let application = policy.applications[certificate.fingerprint]
    else { return nil }
    peer.isTrusted = true
    return application
  }

  func closed(_ peer: Peer) { audit.flush() }

  func timer(now: UInt64) { audit.flush() }

  // Every call is answered in the tick it arrives in, so there is nothing left to cancel.
  func cancel(_ callID: UInt64, of connection: ConnectionID) {}

  func receive(_ mail: any Mail, now: UInt64) -> [Reply] {
    guard let material = mail as? SigningMaterial else { return [] }
    do throws(CryptoError) {
      (policy, context) = (try material.policy.duplicate(), try material.tlsContext())
    } catch {
      log.error("reload_failed", ["problem": .string("\(error)")])
    }
    return []
  }

  // MARK: A tick

  private enum Step {
    case answered(SigningReply)
    case stranger
    case signing(Application, [(key: HeldKey, place: SigningBatch.Place)])
  }

  func handle(_ calls: [Call], now: UInt64) -> [Reply] {
    var batch = SigningBatch(hashers)
    let steps = calls.map { step($0, &batch) }
    let signatures = batch.sign()
    for fault in signatures.faults { log.error("signing_failed", ["problem": .string("\(fault)")]) }
    return zip(calls, steps).map { reply(to: $0, $1, signatures) }
  }

  private func step(_ call: Call, _ batch: inout SigningBatch) -> Step {
    guard let application = application(of: call.peer) else { return .stranger }
    switch call.kind {
    case .signingCall(.signRequests(let headers)): return accept(headers, application, &batch)
    case .signingCall(.getCertificate(let keyID)): return .answered(certificate(keyID, application))
    case .signingCall(.health): return .answered(.health(health()))
    default: return .answered(.refusal(.unknownMethod, "this frame is no signing call"))
    }
  }

  /// All headers or none: a call with one bad header puts nothing into the batch.
  private func accept(_ headers: [[UInt8]], _ application: Application, _ batch: inout SigningBatch) -> Step {
    let rules = HeaderRules(application: application, policy: policy, now: clock.wallMilliseconds())
    var keys: [HeldKey] = []
    for (index, header) in headers.enumerated() {
      do throws(HeaderFault) {
        keys.append(try rules.key(for: header))
      } catch {
        return refuse(application, "headers[\(index)]: \(error)")
      }
    }
    return .signing(application, zip(headers, keys).map { ($1, batch.add($0, for: $1)) })
  }

  private func refuse(_ application: Application, _ detail: String) -> Step {
    log.warning("refused", ["application": .string(application.name), "detail": .string(detail)])
    return .answered(.refusal(.signerRefused, detail))
  }

  private func certificate(_ keyID: [UInt8], _ application: Application) -> SigningReply {
    guard let key = policy.key(keyID, for: application) else {
      return .refusal(.signerRefused, "key_id: \(HeaderRules.unknownKey)")
    }
    return .certificate(
      CertificateReply(certificate: key.certificate.der, algorithm: key.algorithm.rawValue))
  }

  private func health() -> SigningHealthReply {
    SigningHealthReply(software: Self.software, keys: UInt32(policy.keys.count), signed: signed.value)
  }

  // MARK: Replies

  private func reply(to call: Call, _ step: Step, _ signatures: SigningBatch.Signatures) -> Reply {
    switch step {
    case .answered(let reply): Reply(call, reply)
    case .stranger:
      Reply(
        call,
        .refusal(.signerRefused, "the certificate of this connection is not of an application allowed here"),
        isUnauthentic: true)
    case .signing(let application, let headers):
      Reply(call, signedReply(application, headers, signatures))
    }
  }

  private func signedReply(
    _ application: Application, _ headers: [(key: HeldKey, place: SigningBatch.Place)],
    _ signatures: SigningBatch.Signatures
  ) -> SigningReply {
    guard let found = signatures.signatures(at: headers.map(\.place)) else {
      return .refusal(.internal, "a key of this server cannot sign now; its log says why")
    }
    for header in headers { audit.count(application, header.key) }
    signed.add(headers.count)
    return .signed(found.map(Signature.init))
  }
}

extension Reply {
  fileprivate init(_ call: Call, _ reply: SigningReply, isUnauthentic: Bool = false) {
    self.init(
      connection: call.peer.id, callID: call.id, kind: .signingReply(reply), isUnauthentic: isUnauthentic)
  }
}

extension SigningReply {
  fileprivate static func refusal(_ reason: Reason, _ detail: String) -> SigningReply {
    .refused(status: reason.code, reason: reason, detail: detail)
  }
}
