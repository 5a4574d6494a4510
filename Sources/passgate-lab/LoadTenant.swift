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

  /// A claim as it is sent, with its digest: made before the measurement, because callers have theirs at hand.
  private struct Body {
    let bytes: [UInt8]
    let digest: [UInt8]
  }

  /// Bodies prepared at most; they are spread over the whole registry.
  private static let stock = 50_000

  init(_ profile: Profile, claims: LifelikeClaims, records: Int) throws {
    self.profile = profile
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
      let request = VerifyIdentityRequest(salt: try randomBytes(16), claim: try claims.claim(at: index))
      let bytes = request.encoded()
      return Body(bytes: bytes, digest: hasher.digest(bytes.span))
    }
  }

  func connect() throws(ClientError) -> Channel {
    try Channel(profile.endpoint, serverName: profile.serverName, context: context, clock: SystemClock())
  }

  /// The next request of a connection, not signed yet.
  func draft(sequence: UInt64, channelBinding: [UInt8], wallMilliseconds: UInt64) -> (
    RequestHeader, body: [UInt8]
  ) {
    let body = bodies[nextBody]
    nextBody = (nextBody + 1) % bodies.count
    let header = RequestHeader(
      deployment: profile.deployment, tenantID: profile.tenantID, keyID: signing.keyID,
      algorithm: signing.algorithm.rawValue, method: "passgate.v1.Verification/VerifyIdentity",
      sceneID: profile.scene, createdMilliseconds: wallMilliseconds, channelBinding: channelBinding,
      sequence: sequence, bodyDigest: body.digest, traceID: Array(body.digest.prefix(16)))
    return (header, body.bytes)
  }
}
