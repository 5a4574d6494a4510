import PassgateCrypto
package import PassgateSettings

/// How the keys of one role are replaced: one row of a table.
package struct RotationRules: Sendable {
  /// When the replaced key comes to its end.
  package enum End: Sendable {
    /// With its own certificate: until then it verifies what it signed. When it is tainted, with its replacement.
    case certificate
    /// When the new key is active.
    case replacement
    /// With the last certificate that it issued.
    case lastLeaf
    /// When nothing is sealed with it any more, which somebody has to say.
    case lastRecord
  }

  /// What a time of the plan means to people.
  package struct Meanings: Sendable {
    package let announced: String
    package let active: String
    package let ended: String
  }

  package let role: KeySet.Role
  /// What people call the key.
  package let name: String
  /// Between the announcement and the first use, unless asked otherwise.
  package let announcement: Lapse
  /// The shortest announcement that everybody learns of in time.
  package let leastAnnouncement: Lapse
  package let end: End
  package let meanings: Meanings
  /// What an activation without announcement risks.
  package let riskAtOnce: String
  /// What an operator still has to do after a rotation is written down.
  package let remains: String
  /// What ends the rotation when its time has come, if that does not happen by itself.
  package let later: String?

  /// What the names of the key's files begin with.
  func stem(_ algorithm: SignatureAlgorithm?) -> String {
    switch (role, algorithm) {
    case (.reply, .sm2SM3): AuthorityFolder.Item.replySM2.rawValue
    case (.reply, _): AuthorityFolder.Item.replyP256.rawValue
    default: role.rawValue
    }
  }

  /// TLS keys are files, and the registry's are no key pairs.
  var mayBeInToken: Bool { role == .reply || role == .issuing }

  /// What the name of a key's file ends with.
  var keySuffix: String { role == .registry ? ".key" : ".key.pem" }
}

extension RotationRules {
  /// One row for each role.
  package static let all = [reply, server, issuing, registry]

  /// The row of a role.
  package static func rules(for role: KeySet.Role) -> RotationRules {
    switch role {
    case .reply: reply
    case .server: server
    case .issuing: issuing
    case .registry: registry
    }
  }

  private static let reply = RotationRules(
    role: .reply, name: "reply key", announcement: .days(7), leastAnnouncement: .days(2), end: .certificate,
    meanings: Meanings(
      announced: "every reply names it as the next key; whoever keeps key ids can add it; nobody has to",
      active: "replies carry its key id; clients accept it by its certificate; the old key verifies only",
      ended: "its certificate ends; replies that it signed are proven by the evidence log"),
    riskAtOnce:
      "tenants that keep a list of reply keys refuse replies until they have read the announcement; clients "
      + "that follow the protocol accept at once, because they validate the certificates that Hello brings",
    remains: "send passgated SIGHUP once (kill -HUP PID)", later: nil)

  private static let server = RotationRules(
    role: .server, name: "TLS server key", announcement: Lapse(milliseconds: 0),
    leastAnnouncement: Lapse(milliseconds: 0), end: .replacement,
    meanings: Meanings(
      announced: "the certificate is ready; nobody sees it",
      active: "new connections get the new certificate; open connections keep the old one and go on",
      ended: "no new connection gets it; it lies unused"),
    riskAtOnce: "none: clients trust the root, not the certificate",
    remains: "send passgated SIGHUP once (kill -HUP PID)", later: nil)

  private static let issuing = RotationRules(
    role: .issuing, name: "issuing authority", announcement: .days(1), leastAnnouncement: .hours(1),
    end: .lastLeaf,
    meanings: Meanings(
      announced: "its certificate is in issuing.bundle.pem; platforms must have that file before it issues",
      active: "'passgate-pki issue' and 'rotate' certify with it; what the old one issued stays valid",
      ended:
        "nothing that it issued is valid any longer; run the command once more to take it out of the bundle"),
    riskAtOnce:
      "a platform that does not have the new issuing.bundle.pem yet refuses new certificates; install it "
      + "before you issue the first one",
    remains:
      "copy issuing.bundle.pem to every platform (trust.intermediates) and send passgated SIGHUP there",
    later: nil)

  private static let registry = RotationRules(
    role: .registry, name: "registry key", announcement: .hours(1), leastAnnouncement: Lapse(milliseconds: 0),
    end: .lastRecord,
    meanings: Meanings(
      announced: "passgated reads it and can open with it what another process sealed; nobody notices",
      active: "new records are sealed with it, and the others again in the background; nobody notices",
      ended: "no record needs it; backups made before still do, so destroy it only after they are gone"),
    riskAtOnce:
      "a second passgated on the same data that has not read the set cannot open what the first one seals",
    remains: "send passgated SIGHUP once (kill -HUP PID)",
    later:
      "run this command again when registry.progress.json says that nothing remains; it retires the old key")
}
