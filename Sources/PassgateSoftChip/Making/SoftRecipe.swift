package import PassgateCrypto
package import PassgateDomain
package import PassgateEngines

/// What a document is like, before a person and keys are invented for it.
package struct SoftRecipe: Sendable {
  /// Whose data a document has.
  package enum Holder: Sendable {
    /// The first record of this type that the registry's generator makes from the same seed.
    case generated(DocumentType)
    /// The invented person of a document that the registry does not have.
    case invented(InventedHolder)
  }

  /// A variant of PACE with its standardised domain parameters.
  package struct PACE: Sendable {
    package var mapping: SecurityInfos.Mapping
    package var cipher: SecurityInfos.Cipher
    package var group: AgreementGroup

    package init(_ mapping: SecurityInfos.Mapping, _ cipher: SecurityInfos.Cipher, _ group: AgreementGroup) {
      (self.mapping, self.cipher, self.group) = (mapping, cipher, group)
    }
  }

  /// A variant of chip authentication with the id of its key; nil where the chip has one key alone.
  package struct Agreement: Sendable {
    package var cipher: SecurityInfos.Cipher
    package var group: AgreementGroup
    package var identifier: UInt8?

    package init(_ cipher: SecurityInfos.Cipher, _ group: AgreementGroup, identifier: UInt8? = nil) {
      (self.cipher, self.group, self.identifier) = (cipher, group, identifier)
    }
  }

  /// How the chip answers a challenge.
  package struct Active: Sendable {
    package var kind: DocumentKey.Kind
    package var digest: DocumentDigest

    package init(_ kind: DocumentKey.Kind, _ digest: DocumentDigest) {
      (self.kind, self.digest) = (kind, digest)
    }
  }

  /// A key of the issuer and how it signs.
  package struct Signing: Sendable {
    package var kind: DocumentKey.Kind
    package var algorithm: DocumentSignatureAlgorithm

    package init(_ kind: DocumentKey.Kind, _ algorithm: DocumentSignatureAlgorithm) {
      (self.kind, self.algorithm) = (kind, algorithm)
    }
  }

  package var name: String
  /// What it is like, in a sentence.
  package var sentence: String
  package var holder: Holder
  package var layout: ZoneLayout
  /// The first characters of the machine-readable zone.
  package var code: String
  /// As the zone has it, three letters or fewer.
  package var state: String
  /// Of the certificates, two letters.
  package var country: String
  package var authorityName: String
  package var authority: Signing
  package var signer: Signing
  /// Of the data groups.
  package var digest = DocumentDigest.sha256
  /// `0107` or `0108`; the latter stands in EF.SOD too.
  package var version = "0107"
  /// Chinese passports name the content of EF.SOD as any data.
  package var namesContentAsData = false
  package var hasBasicAccess = true
  package var pace: [PACE] = []
  package var hasAccessNumber = false
  package var active: Active?
  package var agreement: [Agreement] = []
  package var hasExtendedLength = false
  /// The least bytes of the portrait.
  package var portraitSize = 12_000

  package init(
    name: String, sentence: String, holder: Holder, layout: ZoneLayout, code: String, state: String,
    country: String, authorityName: String, authority: Signing, signer: Signing
  ) {
    (self.name, self.sentence, self.holder, self.layout) = (name, sentence, holder, layout)
    (self.code, self.state, self.country, self.authorityName) = (code, state, country, authorityName)
    (self.authority, self.signer) = (authority, signer)
  }

  /// The recipe with this name; nil when there is none.
  package init?(name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The hash function of the data groups and of both signatures.
  mutating func weaken() {
    digest = .sha1
    for path in [\Self.authority, \Self.signer] { self[keyPath: path].algorithm.weaken() }
  }
}

extension DocumentSignatureAlgorithm {
  fileprivate mutating func weaken() {
    switch self {
    case .rsaPKCS1: self = .rsaPKCS1(.sha1)
    case .rsaPSS: self = .rsaPSS(.sha1, mask: .sha1, salt: 20)
    case .ecdsa(_, let form): self = .ecdsa(.sha1, form)
    }
  }
}
