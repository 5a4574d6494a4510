import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// One tenant of a load: what its connections have in common.
final class LoadTenant {
  let profile: Profile
  let signing: any RequestSigning
  let hasher: Hasher
  private let context: TLSContext
  private let bodies: [Body]
  private var nextBody = 0
  /// What real-name checks become portrait checks with; nil leaves them what they are.
  private let picture: LoadPicture?

  /// A claim, and how it is sent: made before the measurement, because callers have theirs at hand.
  private struct Body {
    let claim: IdentityClaim
    let bytes: [UInt8]
    let digest: [UInt8]
  }

  /// Bodies prepared at most; they are spread over the whole registry.
  private static let stock = 50_000

  init(_ profile: Profile, claims: LifelikeClaims, records: Int, picture: LoadPicture? = nil) throws {
    self.profile = profile
    self.picture = picture
    signing = try profile.requestSigning(clock: SystemClock())
    let hasher = try Hasher(signing.algorithm.hash)
    self.hasher = hasher
    context = try TLSContext.client(
      anchors: profile.anchors, chain: profile.identity?.shown ?? [], key: profile.identity?.key,
      alpn: "passgate/1")
    let count = min(records, Self.stock)
    bodies = try (0..<count).map { position in
      // Any odd multiplier reaches records far apart; the registry's cache is not to be flattered.
      let index = records == count ? position : position &* 40_503 % records
      let claim = try claims.claim(at: index)
      let bytes = VerifyIdentityRequest(salt: try randomBytes(16), claim: claim).encoded()
      return Body(claim: claim, bytes: bytes, digest: hasher.digest(bytes.span))
    }
  }

  func connect() throws(ClientError) -> Channel {
    try Channel(profile.endpoint, serverName: profile.serverName, context: context, clock: SystemClock())
  }

  /// The next request of a connection, not signed yet.
  func draft(sequence: UInt64, channelBinding: [UInt8], wallMilliseconds: UInt64) -> (
    RequestHeader, body: [UInt8]
  ) {
    let (method, body, digest) = nextCall()
    let header = RequestHeader(
      deployment: profile.deployment, tenantID: profile.tenantID, keyID: signing.keyID,
      algorithm: signing.algorithm.rawValue, method: method,
      sceneID: profile.scene, createdMilliseconds: wallMilliseconds, channelBinding: channelBinding,
      sequence: sequence, bodyDigest: digest, traceID: Array(digest.prefix(16)))
    return (header, body)
  }

  private func nextCall() -> (method: String, body: [UInt8], digest: [UInt8]) {
    let body = bodies[nextBody]
    nextBody = (nextBody + 1) % bodies.count
    guard let picture else { return ("passgate.v1.Verification/VerifyIdentity", body.bytes, body.digest) }
    let request = VerifyPortraitRequest(
      salt: Array(body.digest.prefix(16)), claim: body.claim, image: picture.another())
    let bytes = request.encoded()
    return ("passgate.v1.Verification/VerifyPortrait", bytes, hasher.digest(bytes.span))
  }
}
