package import PassgateClient
import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateWire

extension Profile {
  /// Reads a client profile (JSON5), its certificates and keys. Throws everything that is wrong with it at once.
  package static func read(_ file: String) throws(ProfileFault) -> Profile {
    let reader: SettingsReader
    do throws(SettingsError) {
      reader = try SettingsReader(file: file)
    } catch {
      throw ProfileFault(problems: [error.description])
    }
    let profile = ProfileReader(reader: reader).profile()
    reader.finish()
    guard reader.problems.isEmpty, let profile else { throw ProfileFault(problems: reader.problems) }
    return profile
  }
}

/// What is wrong with a profile, a sentence for each place.
package struct ProfileFault: Error, CustomStringConvertible {
  package let problems: [String]

  package var description: String { problems.joined(separator: "\n") }
}

/// Turns a profile's keys into values, noting problems as it goes on.
private struct ProfileReader {
  let reader: SettingsReader

  func profile() -> Profile? {
    let deployment = reader.choice("deployment", of: ["sandbox", "production"])
    let (endpoint, serverName) = (reader.endpoint("server"), reader.string("serverName"))
    let (tenantID, anchors) = (reader.identifier("tenant"), reader.certificates("trust"))
    let scene = reader.has("scene") ? reader.identifier("scene") : ""
    let algorithm = reader.algorithm()
    let identity = reader.object("tls").flatMap {
      self.identity($0, for: [.tenantMobile, .tenantTLS, .operatorSigning])
    }
    let signing = reader.object("signing", required: true).flatMap(self.signing)
    guard let signing, let algorithm else { return nil }
    check(signing, algorithm)
    return Profile(
      endpoint: endpoint, serverName: serverName,
      deployment: deployment == "production" ? .production : .sandbox, tenantID: tenantID, anchors: anchors,
      identity: identity, signing: signing, algorithm: algorithm, scene: scene)
  }

  private func check(_ signing: Profile.Signing, _ algorithm: SignatureAlgorithm) {
    guard case .key(let key) = signing else { return }
    do throws(CryptoError) {
      try key.publicKey.check(for: algorithm)
    } catch {
      reader.problem("algorithm", "\(error)")
    }
  }

  /// A certificate for one of these purposes, and its key. What else its profile says is for those who trust it.
  private func identity(_ reader: SettingsReader, for purposes: [KeyPurpose]) -> Profile.Identity? {
    guard let pair = reader.keyPair() else { return nil }
    if !purposes.contains(where: pair.certificate.has(purpose:)) {
      let names = purposes.map(\.rawValue).joined(separator: ", ")
      reader.problem("certificate", "was not issued for \(names); name one that was")
    }
    return Profile.Identity(chain: pair.chain, key: pair.key)
  }

  private func signing(_ reader: SettingsReader) -> Profile.Signing? {
    guard let endpoint = reader.optionalEndpoint("signer") else {
      return reader.privateKey().map { .key($0) }
    }
    let name = reader.string("serverName")
    let anchors = reader.certificates("trust")
    let keyID = reader.optionalString("keyId").flatMap(Hex.decode)
    if reader.has("keyId"), keyID?.count != 32 {
      reader.problem(
        "keyId", "must be the 64 hexadecimal digits of the SHA-256 of the key's SubjectPublicKeyInfo")
    }
    guard let identity = identity(reader, for: [.applicationTLS]) else { return nil }
    return .server(
      Profile.SigningServer(
        endpoint: endpoint, serverName: name, anchors: anchors, identity: identity, keyID: keyID))
  }
}
