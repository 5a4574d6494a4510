import PassgateSystem
package import PassgateWire

/// What one deployment is made of: its name, keys, officers and files.
package struct DeploymentConfiguration: Sendable {
  package var deployment: Deployment
  package var replyKeys: ReplyKeys
  package var officers: [Officer]
  package var registryPath: String
  /// `RegistryCipher.secretBytes` random bytes.
  package var registrySecret: [UInt8]
  /// Where documents of dossiers and complaints go: production's alone.
  package var dossierPath: String
  /// Where evidence goes; nil keeps none, which is for measuring only.
  package var evidencePath: String?
  /// Where the baselines of tenants' traffic are kept; nil watches none: production alone, unless told.
  package var trafficPath: String?
  /// Sign each reply by itself instead of one tree a tick; for measuring only.
  package var signsIndividually: Bool
  /// A key of the platform that is certified for something else than replies: clients in joint debugging must not
  /// believe it.
  package var misusedKey: SigningKey?

  package init(
    deployment: Deployment, replyKeys: ReplyKeys, officers: [Officer], registryPath: String,
    registrySecret: [UInt8], evidencePath: String?, dossierPath: String, signsIndividually: Bool = false
  ) {
    self.deployment = deployment
    self.replyKeys = replyKeys
    self.officers = officers
    self.registryPath = registryPath
    self.registrySecret = registrySecret
    self.dossierPath = dossierPath
    self.evidencePath = evidencePath
    self.signsIndividually = signsIndividually
    trafficPath = deployment == .production ? Files.folder(of: registryPath) + "/traffic.state" : nil
  }
}
