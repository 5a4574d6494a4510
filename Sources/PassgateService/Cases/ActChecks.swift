import PassgateCrypto
import PassgateDomain
import PassgateWire

/// What an act must satisfy that the law's table cannot see: keys, certificates, uploaded documents.
struct ActChecks {
  let dossiers: DossierKeeper
  let tenants: CaseTenants
  let directories: [Directory]
  let officers: Set<String>
  /// Milliseconds since 1970.
  let now: UInt64

  /// - Parameter law: nil while there is no case.
  func check(_ intent: Intent, in law: Case?) throws {
    switch intent.act {
    case .apply(let dossier):
      try checkID(intent.tenantID)
      try checkDocuments(of: dossier, intent)
    case .supplement(let dossier), .renewMaterials(let dossier):
      try checkDocuments(of: dossier, intent)
    case .requestCertificate(let order): try check(order)
    case .registerCertificate(let certificate):
      try check(certificate, in: law)
      try checkUnused(certificate.keyID)
    case .draftAgreement(let agreement):
      guard sha256(Array(agreement.text.utf8).span) == agreement.digest else {
        throw Refused(.agreementRefused, field: "act.draft_agreement.digest")
      }
    default: break
    }
  }

  /// Ids of officers and of provisioned tenants are taken; whose case has this id, the office knows.
  private func checkID(_ id: String) throws(Refused) {
    let isProvisioned = directories.contains { $0.tenant(id) != nil }
    guard !isProvisioned, !officers.contains(id), id != RequestHeader.selfDeclaredTenantID else {
      throw Refused(.caseExists, field: "tenant_id")
    }
  }

  private func checkDocuments(of dossier: PassgateDomain.Dossier, _ intent: Intent) throws {
    let missing = try dossiers.missing(dossier, of: intent.keyID)
    guard missing.isEmpty else {
      let places = dossier.materials.indices.filter {
        missing.contains(dossier.materials[$0].digest)
      }
      let path = intent.path
      throw Refused(
        .documentMissing, field: places.map { "\(path).materials[\($0)]" }.joined(separator: ", "))
    }
  }

  /// Ties the documents of a dossier to its case. Last of all, because what is tied stays: a refused act ties nothing.
  func claimDocuments(of intent: Intent) throws {
    guard let dossier = intent.dossier else { return }
    do throws(DossierFault) {
      try dossiers.claim(dossier, of: intent.keyID, for: intent.tenantID)
    } catch {
      throw DossierFault(
        reason: error.reason, field: error.field.isEmpty ? "" : "\(intent.path).\(error.field)",
        retryAfter: error.retryAfter)
    }
  }

  private func check(_ order: PassgateDomain.CertificateOrder) throws(Refused) {
    let path = "act.request_certificate"
    do {
      let request = try CertificateRequest(der: order.request.span)
      guard request.publicKey.keyID == order.keyID else {
        throw Refused(.certificateRefused, field: "\(path).key_id: it is not the id of the request's key")
      }
      guard let algorithm = SignatureAlgorithm(rawValue: order.algorithm) else {
        throw Refused(.certificateRefused, field: "\(path).algorithm")
      }
      try request.publicKey.check(for: algorithm)
    } catch let refused as Refused {
      throw refused
    } catch {
      throw Refused(.certificateRefused, field: "\(path).request: \(error)")
    }
  }

  /// A key is one tenant's in one deployment: the law sees its own case alone, and each directory its own deployment.
  private func checkUnused(_ keyID: [UInt8]) throws(Refused) {
    guard !directories.contains(where: { $0.isRegistered(keyID) }) else {
      throw Refused(
        .certificateRefused,
        field: "act.register_certificate.key_id: this key belongs to another tenant or deployment")
    }
  }

  private func check(_ certificate: PassgateDomain.RegisteredCertificate, in law: Case?) throws {
    let path = "act.register_certificate"
    guard let parsed = try? Certificate(der: certificate.certificate.span) else {
      throw Refused(.certificateRefused, field: "\(path).certificate: it does not decode")
    }
    guard parsed.publicKey.keyID == certificate.keyID else {
      throw Refused(.certificateRefused, field: "\(path).key_id: it is not the id of the certificate's key")
    }
    if let law { try tenants.check(certificate, in: law, at: Int64(clamping: now / 1_000)) }
  }
}
