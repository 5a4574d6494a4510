package import PassgateCrypto
package import PassgateSystem
package import PassgateWire

/// What signs request headers: a key of the caller's or its tenant's signing server.
package protocol RequestSigning: AnyObject {
  /// SHA-256 of the key's SubjectPublicKeyInfo.
  var keyID: [UInt8] { get }
  /// The public key in SubjectPublicKeyInfo, for self-declared calls; empty when it is not known here.
  var publicKey: [UInt8] { get }
  /// One signature for each header, in their order.
  func sign(headers: [[UInt8]]) throws(ClientError) -> [Signature]
}

/// Signs with a key in memory: all headers given at once share one signature over their tree.
package final class LocalSigning: RequestSigning {
  private let signer: FileSigner
  private let hasher: Hasher

  package init(_ key: PrivateKey, _ algorithm: SignatureAlgorithm) throws(ClientError) {
    do throws(CryptoError) {
      signer = try FileSigner(key, algorithm)
      hasher = try Hasher(algorithm.hash)
    } catch {
      throw .misuse("\(error)")
    }
  }

  package var keyID: [UInt8] { signer.publicKey.keyID }
  package var publicKey: [UInt8] { signer.publicKey.spki }

  package func sign(headers: [[UInt8]]) throws(ClientError) -> [Signature] {
    do throws(CryptoError) {
      let leaves = headers.map { SignedStatement.leaf(.request, header: $0.span, hasher: hasher) }
      return try MerkleSignature.sign(leaves: leaves, with: signer, hasher: hasher).map {
        Signature(value: $0.value, treeSize: $0.treeSize, leafIndex: $0.leafIndex, path: $0.path)
      }
    } catch {
      throw .signing("\(error)")
    }
  }
}

/// Asks the tenant's signing server: this program never sees the key.
package final class RemoteSigning: RequestSigning {
  package let keyID: [UInt8]
  package var publicKey: [UInt8] { [] }
  private let profile: Profile.SigningServer
  private let context: TLSContext
  private let clock: any Clock
  private var channel: Channel?
  private var nextCallID: UInt64 = 1

  /// How long the signing server may take, nanoseconds.
  private static let patience: UInt64 = 5_000_000_000

  package init(_ profile: Profile.SigningServer, clock: any Clock) throws(ClientError) {
    self.profile = profile
    self.clock = clock
    keyID = profile.keyID
    do throws(CryptoError) {
      context = try TLSContext.client(
        anchors: profile.anchors, chain: profile.identity.chain, key: profile.identity.key,
        alpn: "passgate-signing/1", purpose: .signerTLS)
    } catch {
      throw .misuse("\(error)")
    }
  }

  package func sign(headers: [[UInt8]]) throws(ClientError) -> [Signature] {
    switch try call(.signRequests(headers: headers)) {
    case .signed(let signatures) where signatures.count == headers.count: return signatures
    case .refused(_, let reason, let detail): throw .signing("\(reason.name): \(terminalSafe(detail))")
    case .signed, .certificate, .health: throw .signing("it answered another question")
    }
  }

  /// One call, on the connection at hand or on a new one when that has ended meanwhile.
  private func call(_ question: SigningCall) throws(ClientError) -> SigningReply {
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
