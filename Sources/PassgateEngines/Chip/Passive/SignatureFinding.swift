import PassgateCrypto
package import PassgateDomain

/// What is to be thought of a signed file of a chip and of those who have signed it.
package struct SignatureFinding: Sendable {
  package let signature: ChipVerdict.SODSignature
  package let chain: ChipVerdict.Chain
  package let validity: ChipVerdict.Validity
  package let revocation: ChipVerdict.Revocation
  /// Whether a hash function or a key on the way is below today's strength.
  package let isWeak: Bool
  package let signer: PassiveFinding.Signer?
  /// What was signed, when the file could be read; believe it only when `isTrusted`.
  package let content: [UInt8]
  package let problems: [String]

  /// Whether the signature holds, and its signer is trusted and not revoked.
  package var isTrusted: Bool {
    signature == .valid && chain == .trusted && revocation != .revoked && validity != .notYetValid
  }

  /// There is no such file.
  static let missing = SignatureFinding(signature: .missing, chain: .dscNotFound)

  private init(
    signature: ChipVerdict.SODSignature, chain: ChipVerdict.Chain, content: [UInt8] = [],
    problem: String? = nil
  ) {
    (self.signature, self.chain, self.content) = (signature, chain, content)
    (validity, revocation, isWeak, signer) = (.unknown, .noCRL, false, nil)
    problems = problem.map { [$0] } ?? []
  }

  /// The file's form is wrong.
  init(file: ChipFile, unreadable fault: CryptoError) {
    self.init(signature: .invalid, chain: .invalid, problem: "\(file.name) cannot be read: \(fault.detail)")
  }

  /// Judges a file that was read, at a time in seconds since 1970.
  init(_ document: SignedDocument, in file: ChipFile, trust: DocumentTrust, at unixSeconds: Int64) {
    do throws(CryptoError) {
      let signers = try document.verified(by: trust)
      self.init(document, signers, signers.map { trust.judge($0, at: unixSeconds) })
    } catch {
      // A signature whose signer is unknown shows nothing, so it counts as none.
      self.init(
        signature: .invalid, chain: error.reason == .untrusted ? .dscNotFound : .invalid,
        content: document.content, problem: "\(file.name): \(error.detail)")
    }
  }

  /// Of several signers the worst answer to each question counts.
  private init(
    _ document: SignedDocument, _ signers: [DocumentCertificate], _ judgements: [DocumentSignerJudgement]
  ) {
    signature = .valid
    content = document.content
    chain = Self.first(of: [.invalid, .unknownCSCA], in: judgements.map(\.verdictChain)) ?? .trusted
    validity =
      Self.first(of: [.notYetValid, .dscExpired, .cscaExpired], in: judgements.map(\.verdictValidity)) ?? .ok
    revocation =
      Self.first(of: [.revoked, .noCRL, .stale], in: judgements.map(\.verdictRevocation)) ?? .good
    isWeak = document.isWeak || judgements.contains(where: \.isWeak)
    signer = signers.first.map(PassiveFinding.Signer.init)
    problems = zip(signers, judgements).compactMap(Self.problem)
  }

  private static func first<Answer: Equatable>(of order: [Answer], in answers: [Answer]) -> Answer? {
    order.first(where: answers.contains)
  }

  private static func problem(_ signer: DocumentCertificate, _ judgement: DocumentSignerJudgement) -> String?
  {
    switch judgement.chain {
    case .trusted: nil
    case .invalid(let fault): fault.description
    case .unknownAuthority:
      "no trusted certificate has signed the document signer: import the CSCA of \(signer.country ?? "no country"), "
        + "\(signer.issuer), key identifier \(Self.digits(signer.authorityKeyIdentifier))"
    }
  }
}

extension SignatureFinding {
  /// Pairs of hexadecimal digits; key identifiers have 20 bytes, and more than 32 are not shown.
  private static func digits(_ bytes: [UInt8]?) -> String {
    guard let bytes else { return "unknown" }
    return bytes.prefix(32).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

extension PassiveFinding.Signer {
  init(_ certificate: DocumentCertificate) {
    self.init(
      country: certificate.country, issuer: certificate.issuer,
      authorityKeyIdentifier: certificate.authorityKeyIdentifier, fingerprint: certificate.fingerprint)
  }
}

extension DocumentSignerJudgement {
  fileprivate var verdictChain: ChipVerdict.Chain {
    switch chain {
    case .trusted: .trusted
    case .unknownAuthority: .unknownCSCA
    case .invalid: .invalid
    }
  }

  fileprivate var verdictValidity: ChipVerdict.Validity {
    switch validity {
    case .ok: .ok
    case .signerExpired: .dscExpired
    case .authorityExpired: .cscaExpired
    case .notYetValid: .notYetValid
    }
  }

  fileprivate var verdictRevocation: ChipVerdict.Revocation {
    switch revocation {
    case .good: .good
    case .revoked: .revoked
    case .stale: .stale
    case .noList: .noCRL
    }
  }
}
