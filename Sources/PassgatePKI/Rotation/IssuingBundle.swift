import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// The certificates of all issuing authorities whose certificates are accepted, as platforms need them.
extension AuthorityFolder {
  /// Where they are.
  package var bundle: String { "\(path)/issuing.bundle.pem" }

  /// The certificates of a set that count at `now`, in the set's order.
  func bundleText(of set: KeySet, at now: UInt64) throws(PKIError) -> [UInt8] {
    var text: [UInt8] = []
    for entry in set.entries where entry.lifecycle.verifies(at: now) {
      guard let certificate = entry.certificate else { continue }
      let place = "\(path)/\(certificate)"
      text += try onFiles { () throws(SystemError) in try Files.read(place, limit: 1 << 20) }
    }
    return text
  }

  /// Whether the bundle has a certificate of a key of the set that is at its end. One that the set does not know is
  /// what an interrupted rotation has prepared.
  func bundleHasEnded(of set: KeySet, at now: UInt64) throws(PKIError) -> Bool {
    guard let text = try bundleText() else { return false }
    let held = try content(of: bundle) { () throws(CryptoError) in try Certificate.parsePEM(text) }
    return set.entries.contains { entry in
      !entry.lifecycle.verifies(at: now) && held.contains { $0.publicKey.keyID == entry.keyID }
    }
  }

  /// What the bundle holds; nil before the first rotation.
  func bundleText() throws(PKIError) -> [UInt8]? {
    guard Files.exists(bundle) else { return nil }
    return try onFiles { () throws(SystemError) in try Files.read(bundle, limit: 1 << 20) }
  }
}

extension Rotation {
  /// Brings the bundle in line with the set.
  func writeBundle(of set: KeySet, at now: UInt64) throws(PKIError) {
    let wanted = try folder.bundleText(of: set, at: now)
    guard try folder.bundleText() != wanted else { return }
    try write(wanted, to: folder.bundle, mode: 0o644, replace: true)
  }
}
