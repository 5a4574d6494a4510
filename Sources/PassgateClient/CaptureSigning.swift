package import PassgateCrypto
package import PassgateWire

extension CaptureAttestation {
  /// What a capture device does: it signs the live picture with the nonce of a capture, directly (a tree of one).
  ///
  /// The device signs what its own camera took, in the time between the start of the capture and its end; a program that
  /// signs whatever it is handed attests nothing.
  ///
  /// - Parameters:
  ///   - image: the live picture, byte for byte as it is sent.
  ///   - nonce: 32 bytes, of the capture.
  ///   - capturedMilliseconds: when the picture was taken, Unix time, by the platform's clock: `expires_ms` of the capture,
  ///     less two minutes, is when it began.
  ///   - certificates: the device's, of the profile `capture-device`, then its issuer's where it is at hand.
  ///   - signer: of the device's key.
  /// - Throws: what the signer throws, and `.mismatch` when the certificate is of another key.
  package static func signing(
    image: [UInt8], nonce: [UInt8], capturedMilliseconds: UInt64, certificates: [Certificate],
    signer: any Signer
  ) throws(CryptoError) -> CaptureAttestation {
    guard let certificate = certificates.first, certificate.publicKey.keyID == signer.publicKey.keyID else {
      throw CryptoError(.mismatch, "the certificate is not of the key that is to sign; name the device's own")
    }
    let statement = CaptureStatement(
      nonce: nonce, imageDigest: sha256(image.span), capturedMilliseconds: capturedMilliseconds
    ).encoded()
    let hasher = try Hasher(signer.algorithm.hash)
    let leaf = SignedStatement.leaf(.capture, header: statement.span, hasher: hasher)
    let signatures = try MerkleSignature.sign(leaves: [leaf], with: signer, hasher: hasher)
    return CaptureAttestation(
      statement: statement, signature: signatures[0].value,
      certificates: certificates.prefix(certificateLimit).map(\.der))
  }
}
