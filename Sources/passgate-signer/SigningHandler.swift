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

/// What the handlers of all loops share.
struct SigningOffice: Sendable {
  let clock: any Clock
  let log: Log
  /// Holds nothing back.
  let auditLog: Log
  let record: SigningRecord
  /// For keys that are in a device.
  let devices: Worker
  /// For data, of which a call may take long.
  let data: Worker

  init(clock: any Clock, log: Log, auditLog: Log) throws(SystemError) {
    self.clock = clock
    self.log = log
    self.auditLog = auditLog
    record = SigningRecord(log)
    devices = try Worker(name: "devices", capacity: 1_024)
    data = try Worker(name: "data", capacity: 256)
  }

  /// Ends the threads after what is queued is done.
  func stop() {
    devices.stop()
    data.stop()
  }
}

/// What the threads send back to a loop.
enum SigningMail: Mail {
  /// What the devices have made of the batch that was under way.
  case signed(SigningBatch.Signatures)
  case answered(ConnectionID, callID: UInt64, SigningReply)
}

/// Signs headers for applications: the service of one loop.
///
/// It decodes and judges each header itself and builds the tree itself, so no caller can have a hash, a leaf
/// or a root signed.
final class SigningHandler: CallHandler {
  static let software = "passgate-signer/0.1.0"

  /// A call whose headers are in a batch.
  private struct Job {
    let connection: ConnectionID
    let callID: UInt64
    let application: Application
    let headers: [(key: HeldKey, place: SigningBatch.Place)]
  }

  private let office: SigningOffice
  private let mailbox: Mailbox
  private let hashers: Hashers
  private var policy: SigningPolicy
  private var audit: Audit
  /// What the devices are to sign next, and what they are signing: while one signature is under way the headers of
  /// further ticks gather, and the next signature covers them all, so that a slow device carries full traffic.
  private var gathered: (batch: SigningBatch, jobs: [Job]) = (SigningBatch(), [])
  private var underWay: [Job] = []
  /// What new connections are made with.
  private(set) var context: TLSContext

  private var clock: any Clock { office.clock }
  private var log: Log { office.log }

  init(_ material: SigningMaterial, office: SigningOffice, mailbox: Mailbox) throws(CryptoError) {
    self.office = office
    self.mailbox = mailbox
    audit = Audit(office.auditLog)
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
    switch mail {
    case let material as SigningMaterial: take(material)
    case SigningMail.signed(let signatures): return finish(signatures)
    case SigningMail.answered(let connection, let callID, let reply):
      return [Reply(connection: connection, callID: callID, kind: .signingReply(reply))]
    default: break
    }
    return []
  }

  private func take(_ material: SigningMaterial) {
    do throws(CryptoError) {
      (policy, context) = (try material.policy.duplicate(), try material.tlsContext())
    } catch {
      log.error("reload_failed", ["problem": .string("\(error)")])
    }
  }

  // MARK: A tick

  private enum Step {
    case answered(SigningReply)
    case stranger
    /// A thread will answer.
    case later
    case signing(Job)
  }

  func handle(_ calls: [Call], now: UInt64) -> [Reply] {
    var batch = SigningBatch()
    let steps = calls.map { step($0, &batch) }
    let signatures = batch.sign(hashers)
    note(signatures)
    startDevices()
    return zip(calls, steps).compactMap { reply(to: $0, $1, signatures) }
  }

  private func step(_ call: Call, _ batch: inout SigningBatch) -> Step {
    guard let application = application(of: call.peer) else { return .stranger }
    switch call.kind {
    case .signingCall(.signRequests(let headers)): return accept(headers, call, application, &batch)
    case .signingCall(.getCertificate(let keyID)): return .answered(certificate(keyID, application))
    case .signingCall(.listKeys): return .answered(.keys(keys(of: application)))
    case .signingCall(.signData(let order)): return sign(order, call, application)
    case .signingCall(.verifyData(let order)): return verify(order, call, application)
    case .signingCall(.health): return .answered(.health(health()))
    default: return .answered(.refusal(.unknownMethod, "this frame is no signing call"))
    }
  }

  /// All headers or none: a call with one bad header puts nothing into a batch.
  private func accept(
    _ headers: [[UInt8]], _ call: Call, _ application: Application, _ batch: inout SigningBatch
  ) -> Step {
    let rules = HeaderRules(application: application, policy: policy, now: clock.wallMilliseconds())
    var keys: [HeldKey] = []
    for (index, header) in headers.enumerated() {
      do throws(HeaderFault) {
        keys.append(try rules.key(for: header))
      } catch {
        return refuse(application, "headers[\(index)]: \(error)")
      }
    }
    let isRemote = keys.contains { $0.signer.isRemote }
    let job = Job(
      connection: call.peer.id, callID: call.id, application: application,
      headers: zip(headers, keys).map {
        ($1, isRemote ? gathered.batch.add($0, for: $1, hashers) : batch.add($0, for: $1, hashers))
      })
    guard isRemote else { return .signing(job) }
    gathered.jobs.append(job)
    return .later
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

  /// In the order of tenants and names.
  private func keys(of application: Application) -> [SigningServerKey] {
    let now = clock.wallMilliseconds()
    let registered = policy.keys.values.filter { application.tenants.contains($0.tenantID) }.map { key in
      SigningServerKey(
        keyID: key.keyID, algorithm: key.algorithm.rawValue, certificate: key.certificate.der,
        registration: .init(
          tenantID: key.tenantID, deployment: key.deployment,
          isCurrent: policy.current(key.tenantID, key.deployment, at: now)?.keyID == key.keyID),
        name: "")
    }
    let general = policy.dataKeys.values.filter { application.dataKeys.contains($0.name) }.map { key in
      SigningServerKey(
        keyID: key.certificate.publicKey.keyID, algorithm: key.signer.algorithm.rawValue,
        certificate: key.certificate.der, registration: nil, name: key.name)
    }
    return (registered + general).sorted {
      ($0.registration?.tenantID ?? $0.name, Hex.encode($0.keyID))
        < ($1.registration?.tenantID ?? $1.name, Hex.encode($1.keyID))
    }
  }

  private func health() -> SigningHealthReply {
    SigningHealthReply(
      software: Self.software, keys: UInt32(policy.keys.count), signed: office.record.requests,
      dataSigned: office.record.data, lost: UInt32(office.record.lostKeys))
  }

  // MARK: Replies

  private func reply(to call: Call, _ step: Step, _ signatures: SigningBatch.Signatures) -> Reply? {
    switch step {
    case .answered(let reply): Reply(call, reply)
    case .stranger:
      Reply(
        call,
        .refusal(.signerRefused, "the certificate of this connection is not of an application allowed here"),
        isUnauthentic: true)
    case .later: nil
    case .signing(let job): reply(to: job, signatures)
    }
  }

  private func reply(to job: Job, _ signatures: SigningBatch.Signatures) -> Reply {
    Reply(
      connection: job.connection, callID: job.callID, kind: .signingReply(signedReply(to: job, signatures)))
  }

  private func signedReply(to job: Job, _ signatures: SigningBatch.Signatures) -> SigningReply {
    let places = job.headers.map(\.place)
    guard let found = signatures.signatures(at: places) else {
      return .failure(signatures.fault(at: places))
    }
    for header in job.headers { audit.count(job.application, header.key) }
    office.record.add(requests: found.count)
    return .signed(found.map(Signature.init))
  }

  private func note(_ signatures: SigningBatch.Signatures) {
    for (keyID, fault) in signatures.faults { office.record.note(keyID, fault) }
  }
}

// MARK: - Keys in devices

extension SigningHandler {
  /// Hands what has gathered to the devices, unless they are busy with what was before it.
  private func startDevices() {
    guard underWay.isEmpty, !gathered.jobs.isEmpty else { return }
    let (batch, mailbox) = (gathered.batch, mailbox)
    underWay = gathered.jobs
    gathered = (SigningBatch(), [])
    let isQueued = office.devices.submit {
      let signatures = (try? Hashers()).map { batch.sign($0) } ?? SigningBatch.Signatures()
      mailbox.post(SigningMail.signed(signatures))
    }
    // Refusals go the same way as signatures.
    if !isQueued { mailbox.post(SigningMail.signed(SigningBatch.Signatures())) }
  }

  private func finish(_ signatures: SigningBatch.Signatures) -> [Reply] {
    for keyID in signatures.byKey.keys { office.record.note(keyID, nil) }
    note(signatures)
    let finished = underWay
    underWay = []
    startDevices()
    return finished.map { reply(to: $0, signatures) }
  }
}

// MARK: - Data

extension SigningHandler {
  private func sign(_ order: SignData, _ call: Call, _ application: Application) -> Step {
    guard let key = policy.dataKey(order.keyID, for: application) else {
      return refuse(application, "key_id: \(DataSigning.unknownKey)")
    }
    if let fault = DataSigning.fault(order, key, at: clock.wallMilliseconds()) {
      return refuse(application, "\(fault)")
    }
    // Counted when it is taken on: what was signed and could not be delivered must not be missing.
    audit.count(order.data.count, application, key)
    let record = office.record
    return hand(call) { DataSigning.sign(order, with: key, record) }
  }

  private func verify(_ order: VerifyData, _ call: Call, _ application: Application) -> Step {
    guard !application.dataKeys.isEmpty else {
      return refuse(application, "verify_data: this application has no business with data")
    }
    return hand(call) { DataSigning.verify(order) }
  }

  private func hand(_ call: Call, to job: @escaping @Sendable () -> SigningReply) -> Step {
    let (connection, callID, mailbox) = (call.peer.id, call.id, mailbox)
    let isQueued = office.data.submit {
      mailbox.post(SigningMail.answered(connection, callID: callID, job()))
    }
    return isQueued ? .later : .answered(.refusal(.overloaded, "too much data waits to be signed; try later"))
  }
}

extension Reply {
  fileprivate init(_ call: Call, _ reply: SigningReply, isUnauthentic: Bool = false) {
    self.init(
      connection: call.peer.id, callID: call.id, kind: .signingReply(reply), isUnauthentic: isUnauthentic)
  }
}

extension SigningReply {
  static func refusal(_ reason: Reason, _ detail: String) -> SigningReply {
    .refused(status: reason.code, reason: reason, detail: detail)
  }

  /// A key that should have signed and has not.
  static func failure(_ fault: CryptoError?) -> SigningReply {
    fault?.reason == .unavailable
      ? .refusal(.signerUnavailable, "the device that holds the key does not answer; send the call again")
      : .refusal(.internal, "a key of this server cannot sign now; its log says why")
  }
}
