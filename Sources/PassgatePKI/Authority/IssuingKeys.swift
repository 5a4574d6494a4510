import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// A key that certifies: the root's, or one of the set of issuing authorities.
struct IssuingKey {
  /// What its certificate file is called, without ".crt.pem".
  let name: String
  let certificate: Certificate
  let reference: KeyReference
  let algorithm: SignatureAlgorithm
  let lifecycle: KeyLifecycle

  var keyID: [UInt8] { certificate.publicKey.keyID }

  /// The key at work.
  func issuer() throws(PKIError) -> CertificateIssuer {
    let signer = try signer(for: reference, algorithm)
    return try content(of: name) { () throws(CryptoError) in
      try CertificateIssuer(certificate, signer: signer)
    }
  }
}

extension AuthorityFolder {
  /// The keys of the set of issuing authorities, in its order.
  func issuingKeys() throws(PKIError) -> [IssuingKey] {
    let path = keySet(of: .issuing)
    let set = try settings { () throws(SettingsError) in try KeySet(file: path) }
    var keys: [IssuingKey] = []
    for entry in set.entries {
      guard let file = entry.certificate, let algorithm = entry.algorithm else {
        throw .damaged("\(path): the key \(Hex.encode(entry.keyID)) has no certificate")
      }
      let place = Files.resolve(file, relativeTo: self.path)
      keys.append(
        IssuingKey(
          name: baseName(file), certificate: try certificate(at: place),
          reference: KeyReference(entry.key, in: self.path),
          algorithm: algorithm, lifecycle: entry.lifecycle))
    }
    return keys
  }

  /// The root's key, which lies in the folder only when its medium's file was put there.
  func rootKey() throws(PKIError) -> IssuingKey {
    IssuingKey(
      name: Item.root.rawValue, certificate: try certificate(at: certificate(of: .root)),
      reference: .file(path: key(of: .root)), algorithm: .ecdsaP256SHA256, lifecycle: KeyLifecycle())
  }

  /// The one certificate of a file, or the first of a chain.
  func certificate(at path: String) throws(PKIError) -> Certificate {
    let pem = try onFiles { () throws(SystemError) in try Files.read(path, limit: 1 << 20) }
    let certificates = try content(of: path) { () throws(CryptoError) in try Certificate.parsePEM(pem) }
    guard let first = certificates.first else {
      throw .content(place: path, CryptoError(.malformed, "the file holds no certificate"))
    }
    return first
  }

  private func baseName(_ file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return name.hasSuffix(".crt.pem") ? String(name.dropLast(8)) : name
  }
}

/// What signs with the key at a place.
func signer(
  for reference: KeyReference, _ algorithm: SignatureAlgorithm
) throws(PKIError) -> any Signer {
  switch reference {
  case .file(let path):
    let pem = try onFiles { () throws(SystemError) in try Files.readSecret(path) }
    return try content(of: path) { () throws(CryptoError) in try FileSigner(PrivateKey(pem: pem), algorithm) }
  case .token:
    return try settings { () throws(SettingsError) in try reference.signer(algorithm) }
  }
}

/// Runs `body` with a fault in a settings file as an error of this library.
func settings<Value>(_ body: () throws(SettingsError) -> Value) throws(PKIError) -> Value {
  do { return try body() } catch { throw .damaged(error.description) }
}
