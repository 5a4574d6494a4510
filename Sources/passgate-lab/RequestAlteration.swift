import PassgateCrypto
import PassgateWire

/// One thing that is changed in a good signed request, and the reason with which the platform must refuse it.
struct RequestAlteration: Sendable {
  /// What becomes of the request.
  enum Act: Sendable {
    /// Nothing: the control, which must be accepted.
    case none
    case header(@Sendable (inout RequestHeader) -> Void)
    case request(@Sendable (inout Request) -> Void)
    /// The same bytes a second time on the same connection.
    case replay
    /// The same bytes on another connection of the same tenant.
    case replayElsewhere
  }

  let name: String
  /// What an attacker did, to be read after "somebody".
  let deed: String
  let expected: Reason
  let act: Act

  /// The control for all others.
  static let untouched = RequestAlteration(
    name: "untouched", deed: "changed nothing", expected: .noReason, act: .none)

  /// Every field of the header, every part of the signature, the body, and the two ways to repeat a request.
  static let all: [RequestAlteration] = [
    header("deployment", "named the other deployment", .wrongDeployment) {
      $0.deployment = $0.deployment == .sandbox ? .production : .sandbox
    },
    header("tenant", "put another tenant's name in") {
      $0.tenantID = $0.tenantID == "other" ? "another" : "other"
    },
    header("key-id", "named another key") { flip(&$0.keyID) },
    header("algorithm", "claimed another algorithm") {
      $0.algorithm = $0.algorithm == 1 ? SignatureAlgorithm.ed25519.rawValue : 1
    },
    header("method", "asked for another method") { $0.method = "passgate.v1.Verification/VerifyBatch" },
    header("scene", "named another business scene") {
      $0.sceneID = $0.sceneID == "other" ? "another" : "other"
    },
    header("created", "moved the time by a millisecond") { $0.createdMilliseconds -= 1 },
    header("timeout", "changed the time allowed") { $0.timeoutMilliseconds += 1_000 },
    header("channel-binding", "bound it to another connection", .wrongChannel) { flip(&$0.channelBinding) },
    header("sequence", "took the next number of the sequence") { $0.sequence += 1 },
    header("body-digest", "changed the digest of the body") { flip(&$0.bodyDigest) },
    header("trace-id", "changed the trace id") { flip(&$0.traceID) },
    header("public-key", "brought a key along") { $0.publicKey = [1, 2, 3] },
    request("body", "changed one bit of the body") { flip(&$0.body) },
    request("signature", "changed one bit of the signature") { flip(&$0.signature.value) },
    request("path", "lengthened the path of the tree") {
      $0.signature.path.append([UInt8](repeating: 0, count: WireLength.digest))
    },
    request("tree-size", "claimed a larger tree") { $0.signature.treeSize += 1 },
    request("leaf-index", "claimed another place in the tree") { $0.signature.leafIndex += 1 },
    RequestAlteration(
      name: "replay", deed: "sent it a second time", expected: .sequenceUsed, act: .replay),
    RequestAlteration(
      name: "replay-other-connection", deed: "sent it again on another connection",
      expected: .wrongChannel, act: .replayElsewhere),
  ]

  private static func header(
    _ name: String, _ deed: String, _ expected: Reason = .notAuthentic,
    _ change: @escaping @Sendable (inout RequestHeader) -> Void
  ) -> RequestAlteration {
    RequestAlteration(name: name, deed: deed, expected: expected, act: .header(change))
  }

  private static func request(
    _ name: String, _ deed: String, _ change: @escaping @Sendable (inout Request) -> Void
  ) -> RequestAlteration {
    RequestAlteration(name: name, deed: deed, expected: .notAuthentic, act: .request(change))
  }
}

/// Changes the last bit of the last byte: in a DER signature that is a bit of its second number.
func flip(_ bytes: inout [UInt8]) {
  if let last = bytes.indices.last { bytes[last] ^= 1 }
}
