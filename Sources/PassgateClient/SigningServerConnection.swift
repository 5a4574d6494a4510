package import PassgateCrypto
package import PassgateSystem
package import PassgateWire

/// A tenant's signing server as an application sees it; connected when it is first asked.
package final class SigningServerConnection {
  private let profile: Profile.SigningServer
  private let context: TLSContext
  private let clock: any Clock
  private var channel: Channel?
  private var nextCallID: UInt64 = 1

  /// How long the signing server may take, nanoseconds.
  private static let patience: UInt64 = 5_000_000_000

  package init(_ profile: Profile.SigningServer, clock: any Clock = SystemClock()) throws(ClientError) {
    self.profile = profile
    self.clock = clock
    do throws(CryptoError) {
      context = try TLSContext.client(
        anchors: profile.anchors, chain: profile.identity.chain, key: profile.identity.key,
        alpn: "passgate-signing/1", purpose: .signerTLS)
    } catch {
      throw .misuse("\(error)")
    }
  }

  /// The keys that it holds for this application.
  package func keys() throws(ClientError) -> [SigningServerKey] {
    guard case .keys(let keys) = try call(.listKeys) else { throw .signing("it answered another question") }
    return keys
  }

  /// The key that it says is the tenant's for now.
  package func currentKey(
    of tenantID: String, in deployment: Deployment
  ) throws(ClientError) -> (keyID: [UInt8], algorithm: SignatureAlgorithm) {
    let wanted = SigningServerKey.Registration(tenantID: tenantID, deployment: deployment, isCurrent: true)
    guard let key = try keys().first(where: { $0.registration == wanted }),
      let algorithm = SignatureAlgorithm(rawValue: key.algorithm)
    else {
      throw .signing(
        "it has no key for \(tenantID) in the \(deployment) now: 'passgate signer keys' shows what it has")
    }
    return (key.keyID, algorithm)
  }

  /// One call, on the connection at hand or on a new one when that has ended meanwhile.
  ///
  /// - Throws: `.signing` with its words when it refuses.
  package func call(_ question: SigningCall) throws(ClientError) -> SigningReply {
    let reply = try ask(question)
    guard case .refused(_, let reason, let detail) = reply else { return reply }
    throw .signing("\(reason.name): \(terminalSafe(detail))")
  }

  private func ask(_ question: SigningCall) throws(ClientError) -> SigningReply {
    if let channel {
      do throws(ClientError) {
        return try exchange(question, on: channel)
      } catch {
        // An idle connection may have been closed by the server; signing again does no harm.
        self.channel = nil
      }
    }
    let channel = try Channel(
      profile.endpoint, serverName: profile.serverName, context: context, clock: clock)
    nextCallID = 1
    self.channel = channel
    return try exchange(question, on: channel)
  }

  private func exchange(_ question: SigningCall, on channel: Channel) throws(ClientError) -> SigningReply {
    let id = nextCallID
    nextCallID += 1
    let deadline = clock.monotonicNanoseconds() &+ Self.patience
    try channel.send([Frame(callID: id, kind: .signingCall(question))], deadline: deadline)
    while let frame = try channel.receive(deadline: deadline) {
      switch frame.kind {
      case .signingReply(let reply) where frame.callID == id: return reply
      case .ping(let opaque): try channel.send([Frame(kind: .pong(opaque))], deadline: deadline)
      case .goAway(let goAway) where goAway.lastCallID < id:
        throw .farewell(reason: "\(goAway.reason)", lastCallID: goAway.lastCallID)
      default: continue
      }
    }
    throw .environment("\(profile.endpoint): the signing server did not answer in time")
  }
}
