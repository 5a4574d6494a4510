import PassgateCrypto
import PassgateWire

/// Judges a capture device's word for a live picture: that a device of this tenant took it for this capture.
///
/// What the platform then knows is that the picture did not come in behind the camera and was not taken before, as far as
/// the device keeps its key and looks through its own camera. A picture of a picture before the camera is the device's to
/// notice.
struct CaptureAttestationRule: Sendable {
  /// What is at fault, as the field of ATTESTATION_REFUSED names it under `attestation`: no more is told.
  enum Fault: String, Error, CaseIterable {
    /// Not a certificate, or not of a capture device of this tenant that is in force, trusted and not revoked.
    case certificate = "certificates[0]"
    case signature
    /// Not a `CaptureStatement`.
    case statement
    case nonce = "statement.nonce"
    case imageDigest = "statement.image_digest"
    case captured = "statement.captured_ms"

    /// The field from the request's body on.
    var field: String { "attestation." + rawValue }
  }

  /// How far a device's clock may be off, milliseconds.
  static let tolerance: UInt64 = 10_000

  /// Whom capture devices must lead to, and what was revoked.
  let trust: TrustKeeper

  /// Throws unless the attestation holds.
  ///
  /// - Parameters:
  ///   - digest: SHA-256 of the live picture.
  ///   - capture: the one that the request names.
  ///   - tenantID: who asks.
  ///   - now: milliseconds since 1970.
  func check(
    _ attestation: CaptureAttestation, ofPicture digest: [UInt8], in capture: Capture, of tenantID: String,
    at now: UInt64
  ) throws(Fault) {
    let certificate = try certificate(attestation, of: tenantID, at: Int64(clamping: now / 1_000))
    guard isSigned(attestation, by: certificate) else { throw .signature }
    guard let statement = try? CaptureStatement(decoding: attestation.statement.span) else {
      throw .statement
    }
    guard constantTimeEqual(statement.nonce, capture.nonce) else { throw .nonce }
    guard statement.imageDigest == digest else { throw .imageDigest }
    // No range: its ends change places when the platform's clock is set back meanwhile.
    let (captured, latest) = (statement.capturedMilliseconds, min(now, capture.expires))
    guard captured >= capture.begun - min(capture.begun, Self.tolerance), captured <= latest + Self.tolerance
    else { throw .captured }
  }

  private func certificate(
    _ attestation: CaptureAttestation, of tenantID: String, at now: Int64
  ) throws(Fault) -> Certificate {
    guard let der = attestation.certificates.first else { throw .certificate }
    do throws(CryptoError) {
      let certificate = try Certificate(der: der.span)
      let known = KnownCertificate(certificate, of: tenantID, for: .captureDevice)
      try trust.checkShown(known, for: .captureDevice, at: now)
      return certificate
    } catch {
      throw .certificate
    }
  }

  private func isSigned(_ attestation: CaptureAttestation, by certificate: Certificate) -> Bool {
    let key = certificate.publicKey
    let algorithms = CertificateProfiles.profile(for: .captureDevice).algorithms
    guard let algorithm = algorithms.first(where: { $0.keyKind == key.kind }),
      let hasher = try? Hasher(algorithm.hash), let verifier = try? Verifier(key, algorithm)
    else { return false }
    let leaf = SignedStatement.leaf(.capture, header: attestation.statement.span, hasher: hasher)
    let direct = MerkleSignature(value: attestation.signature, treeSize: 1, leafIndex: 0, path: [])
    return verifier.isValid(direct, leaf: leaf, hasher: hasher)
  }
}
