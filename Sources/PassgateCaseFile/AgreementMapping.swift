import PassgateCrypto
package import PassgateDomain
package import PassgateWire

extension PassgateDomain.ConditionFinding {
  /// Throws for a condition that art. 5 does not have, and for a day that does not exist.
  package init(_ finding: PassgateWire.ConditionFinding) throws(WireError) {
    guard let condition = UInt8(exactly: finding.condition).flatMap(EligibilityCondition.init) else {
      throw WireError(.outOfRange, field: "condition")
    }
    self.init(
      condition: condition.rawValue, isMet: finding.met, evidence: finding.evidence,
      reviewBy: try day(finding.reviewBy, in: "review_by"))
  }
}

extension PassgateWire.ConditionFinding {
  package init(_ finding: PassgateDomain.ConditionFinding) {
    self.init(
      condition: UInt32(finding.condition), met: finding.isMet, evidence: finding.evidence,
      reviewBy: finding.reviewBy.iso)
  }
}

extension PassgateDomain.Assessment {
  package init(_ assessment: PassgateWire.Assessment) throws(WireError) {
    self.init(
      mode: try counterpart(of: assessment.mode, in: "mode") { PassgateWire.AccessMode($0) },
      declared: PassgateDomain.Volume(assessment.declared),
      measured: assessment.measured.map { PassgateDomain.Volume($0) },
      quota: PassgateDomain.Volume(assessment.quota), reason: assessment.reason)
  }
}

extension PassgateWire.Assessment {
  package init(_ assessment: PassgateDomain.Assessment) {
    self.init(
      mode: PassgateWire.AccessMode(assessment.mode), declared: PassgateWire.Volume(assessment.declared),
      measured: assessment.measured.map { PassgateWire.Volume($0) },
      quota: PassgateWire.Volume(assessment.quota), reason: assessment.reason)
  }
}

extension PassgateDomain.Agreement {
  /// Throws, among others, when the digest is not the text's.
  //= Measures art.9
  package init(_ agreement: PassgateWire.Agreement) throws(WireError) {
    let text = agreement.lines.joined(separator: "\n")
    guard agreement.digest == Self.digest(ofText: text) else {
      throw WireError(.notAllowed, field: "digest")
    }
    guard let days = UInt8(exactly: agreement.deemedReceiptDays) else {
      throw WireError(.outOfRange, field: "deemed_receipt_days")
    }
    self.init(
      version: agreement.version,
      mode: try counterpart(of: agreement.mode, in: "mode") { PassgateWire.AccessMode($0) },
      quota: PassgateDomain.Volume(agreement.quota),
      scopes: try each(agreement.scopes, in: "scopes") { scope throws(WireError) in
        try PassgateDomain.SceneScope(scope)
      },
      deemedReceiptDays: days, text: text, digest: agreement.digest)
  }

  /// SHA-256 of the text's UTF-8: what both sign.
  package static func digest(ofText text: String) -> [UInt8] { sha256(Array(text.utf8).span) }
}

extension PassgateWire.Agreement {
  /// The text's lines are what line feeds stand between.
  package init(_ agreement: PassgateDomain.Agreement) {
    let lines = agreement.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    self.init(
      version: agreement.version, mode: PassgateWire.AccessMode(agreement.mode),
      quota: PassgateWire.Volume(agreement.quota),
      scopes: agreement.scopes.map { PassgateWire.SceneScope($0) },
      deemedReceiptDays: UInt32(agreement.deemedReceiptDays), lines: lines.map { String(Substring($0)) },
      digest: agreement.digest)
  }
}

extension PassgateDomain.CertificateOrder {
  package init(_ order: PassgateWire.CertificateOrder) {
    self.init(
      isProduction: order.deployment == .production, algorithm: order.algorithm, request: order.request,
      keyID: order.keyID)
  }
}

extension PassgateWire.CertificateOrder {
  package init(_ order: PassgateDomain.CertificateOrder) {
    self.init(
      deployment: Deployment(isProduction: order.isProduction), algorithm: order.algorithm,
      request: order.request, keyID: order.keyID)
  }
}

extension PassgateDomain.RegisteredCertificate {
  package init(_ certificate: PassgateWire.RegisteredCertificate) {
    self.init(
      isProduction: certificate.deployment == .production, algorithm: certificate.algorithm,
      certificate: certificate.certificate, keyID: certificate.keyID,
      tlsCertificate: certificate.tlsCertificate)
  }
}

extension PassgateWire.RegisteredCertificate {
  package init(_ certificate: PassgateDomain.RegisteredCertificate) {
    self.init(
      deployment: Deployment(isProduction: certificate.isProduction), algorithm: certificate.algorithm,
      certificate: certificate.certificate, keyID: certificate.keyID,
      tlsCertificate: certificate.tlsCertificate)
  }
}
