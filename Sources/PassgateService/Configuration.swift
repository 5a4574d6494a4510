package import PassgateDomain
import PassgateSystem
package import PassgateWire

/// What one deployment is made of: its name, keys, officers and files.
package struct DeploymentConfiguration: Sendable {
  package var deployment: Deployment
  package var replyKeys: ReplyKeys
  package var officers: [Officer]
  package var registryPath: String
  /// What the registry is hashed and, with the dossiers, sealed with.
  package var registryKeys: RegistryKeys
  /// The file that says how far the rows are sealed with the active key: beside the registry, unless told.
  package var sealingProgressPath: String
  /// Where documents of dossiers and complaints go: production's alone.
  package var dossierPath: String
  /// Where the files go that say whom the deployment trusts for chips: beside the registry, unless told.
  package var documentTrustPath: String
  /// Where evidence goes; nil keeps none, which is for measuring only.
  package var evidencePath: String?
  /// Where the baselines of tenants' traffic are kept; nil watches none: production alone, unless told.
  package var trafficPath: String?
  /// Sign each reply by itself instead of one tree a tick; for measuring only.
  package var signsIndividually: Bool
  /// How alike portraits must be.
  package var portraitThresholds = PortraitThresholdTable()
  /// A key of the platform that is certified for something else than replies: clients in joint debugging must not
  /// believe it.
  package var misusedKey: SigningKey?

  package init(
    deployment: Deployment, replyKeys: ReplyKeys, officers: [Officer], registryPath: String,
    registryKeys: RegistryKeys, evidencePath: String?, dossierPath: String, signsIndividually: Bool = false
  ) {
    self.deployment = deployment
    self.replyKeys = replyKeys
    self.officers = officers
    self.registryPath = registryPath
    self.registryKeys = registryKeys
    sealingProgressPath = Files.folder(of: registryPath) + "/registry.progress.json"
    self.dossierPath = dossierPath
    documentTrustPath = Files.folder(of: registryPath) + "/trust.sqlite"
    self.evidencePath = evidencePath
    self.signsIndividually = signsIndividually
    trafficPath = deployment == .production ? Files.folder(of: registryPath) + "/traffic.state" : nil
  }
}
