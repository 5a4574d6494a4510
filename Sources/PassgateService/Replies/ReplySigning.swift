import PassgateCrypto
import PassgateRPC
import PassgateWire

/// What a loop's replies are signed with, and what `Hello` says of it, from one time to the next change.
final class ReplySigning {
  /// Where a key signs.
  enum Way {
    /// On the loop.
    case here(any Signer)
    /// On the thread of the device that holds the key.
    case device(SigningDevice)
  }

  /// The key of a family.
  struct Key {
    let keyID: [UInt8]
    let algorithm: SignatureAlgorithm
    let hasher: Hasher
    let nextKeyID: [UInt8]
    let way: Way

    /// Nil for a key that signs on the loop.
    var device: SigningDevice? { if case .device(let device) = way { device } else { nil } }
  }

  /// Every key from its publication to its end.
  let announced: [PassgateWire.ReplyKey]
  /// When this has to be made anew, milliseconds since 1970; nil when nothing is to change.
  let until: UInt64?
  private let keys: [ReplyFamily: Key]
  private let deployment: Deployment
  private let individually: Bool

  /// With the keys that sign at `now`, milliseconds since 1970.
  init(
    _ configuration: DeploymentConfiguration, at now: UInt64, devices: SigningDevices
  ) throws(CryptoError) {
    let replyKeys = configuration.replyKeys
    announced = replyKeys.announced(at: now)
    until = replyKeys.nextChange(after: now)
    var keys: [ReplyFamily: Key] = [:]
    for family in ReplyFamily.allCases {
      let key = try replyKeys.signing(for: family, at: now)
      keys[family] = Key(
        keyID: key.signer.publicKey.keyID, algorithm: key.signer.algorithm,
        hasher: try Hasher(key.signer.algorithm.hash), nextKeyID: replyKeys.nextKeyID(for: family, at: now),
        way: key.signer.isRemote ? .device(try devices.device(of: key)) : .here(try key.signer.duplicate()))
    }
    self.keys = keys
    deployment = configuration.deployment
    individually = configuration.signsIndividually
  }

  /// The ids of the keys that sign.
  var keyIDs: Set<[UInt8]> { Set(keys.values.map(\.keyID)) }

  /// The device that signs for a family; nil for a key that signs on the loop.
  func device(for family: ReplyFamily) -> SigningDevice? { keys[family]?.device }

  /// The devices that sign.
  var devices: [SigningDevice] { keys.values.compactMap(\.device) }

  /// The replies of a tick, by the tree that signs them. Replies to senders who were not verified get trees of their
  /// own, so that tree sizes tell a stranger nothing of the traffic.
  func prepare(_ answers: [Answer], nowMilliseconds: UInt64) -> [PreparedReplies] {
    trees(answers).compactMap { tree in
      keys[tree[0].family].map {
        PreparedReplies(tree, $0, deployment, nowMilliseconds: nowMilliseconds)
      }
    }
  }

  private func trees(_ answers: [Answer]) -> [[Answer]] {
    if individually { return answers.map { [$0] } }
    return Self.kinds.map { kind in answers.filter { kind == ($0.family, $0.isRecorded) } }
      .filter { !$0.isEmpty }
  }

  private static let kinds = [(ReplyFamily.p256, true), (.p256, false), (.sm2, true), (.sm2, false)]
}
