import CPassgate

/// A file of a travel document's chip (ICAO 9303-10), as the chip gives it.
package struct ChipFile: MappedMessage, Withheld {
  /// The files; a data group has its own number.
  package enum Kind: UInt32, Sendable, CaseIterable {
    case dg1 = 1
    case dg2, dg3, dg4, dg5, dg6, dg7, dg8, dg9, dg10, dg11, dg12, dg13, dg14, dg15, dg16
    case com = 17
    case sod = 18
    case cardAccess = 19
    case cardSecurity = 20
    case attributes = 21
  }

  package var kind: Kind
  /// Not empty.
  package var content: [UInt8]

  package init(kind: Kind, content: [UInt8]) {
    self.kind = kind
    self.content = content
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__chip_file__init)

  init(from fields: FieldReader) throws(WireError) {
    kind = try fields.choice(1)
    content = fields.bytes(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, kind.rawValue)
    fields.set(2, content)
  }
}

/// A data group beside its hash in EF.SOD.
package struct ChipGroup: MappedMessage {
  /// Whether the two agree.
  package enum Hash: UInt32, Sendable, CaseIterable {
    case match = 1
    case mismatch = 2
    /// EF.SOD does not cover it, so nothing in it counts.
    case notInSOD = 3
    /// EF.SOD covers it, but it was not read or sent.
    case notSupplied = 4
  }

  package var kind: ChipFile.Kind
  package var hash: Hash

  package init(kind: ChipFile.Kind, hash: Hash) {
    self.kind = kind
    self.hash = hash
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__chip_group__init)

  init(from fields: FieldReader) throws(WireError) {
    kind = try fields.choice(1)
    hash = try fields.choice(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, kind.rawValue)
    fields.set(2, hash.rawValue)
  }
}

/// What was found about a chip or its files: one answer to each question, never one for all.
package struct ChipFindings: MappedMessage {
  /// The signature of EF.SOD and its form.
  package enum Signature: UInt32, Sendable, CaseIterable {
    case valid = 1
    case invalid = 2
    /// There is no EF.SOD: nothing else is proven.
    case missing = 3
  }

  /// The way from the document signer to a Country Signing CA that the platform trusts.
  package enum Chain: UInt32, Sendable, CaseIterable {
    case trusted = 1
    case unknownCSCA = 2
    case dscNotFound = 3
    case invalid = 4
  }

  /// The certificates' validity at the time of the check.
  package enum Validity: UInt32, Sendable, CaseIterable {
    case ok = 1
    case dscExpired = 2
    case cscaExpired = 3
    case notYetValid = 4
    /// No signer is known.
    case unknown = 5
  }

  /// What the issuer's revocation list says of the document signer.
  package enum Revocation: UInt32, Sendable, CaseIterable {
    case good = 1
    case revoked = 2
    case stale = 3
    case noCRL = 4
  }

  package enum AlgorithmPolicy: UInt32, Sendable, CaseIterable {
    case ok = 1
    /// SHA-1, or a key below today's strength.
    case weak = 2
  }

  /// How the chip was opened.
  package enum Access: UInt32, Sendable, CaseIterable {
    /// Files were sent: no chip was seen.
    case uploaded = 1
    case bac = 2
    case paceGM = 3
    case paceIM = 4
    case paceCAM = 5
  }

  /// What opened it.
  package enum AccessSecret: UInt32, Sendable, CaseIterable {
    case mrz = 1
    case can = 2
  }

  /// Whether the chip holds the key that its issuer put there, and how it was shown.
  package enum Genuine: UInt32, Sendable, CaseIterable {
    case chipAuthentication = 1
    case chipAuthenticationMapping = 2
    case activeAuthentication = 3
    case failed = 4
    /// The issuer gave the chip no such key: a copy cannot be told.
    case notSupported = 5
    /// Files were sent: a copy is possible.
    case notPerformed = 6
  }

  /// By the date in DG1.
  package enum Expiry: UInt32, Sendable, CaseIterable {
    case notExpired = 1
    case expired = 2
  }

  /// Two sources of the same data beside each other.
  package enum Consistency: UInt32, Sendable, CaseIterable {
    case agrees = 1
    case differs = 2
    /// One of them is silent.
    case notCompared = 3
  }

  package var sodSignature: Signature
  /// In the order of their numbers.
  package var groups: [ChipGroup]
  package var chain: Chain
  package var validity: Validity
  package var revocation: Revocation
  package var algorithmPolicy: AlgorithmPolicy
  package var access: Access
  /// nil for files that were sent.
  package var accessSecret: AccessSecret?
  package var chipGenuine: Genuine
  /// nil when DG1 does not say.
  package var documentExpiry: Expiry?
  /// There, but not covered by a valid EF.SOD.
  package var uncoveredFiles: [ChipFile.Kind]
  /// DG1 and DG11 beside the claim.
  package var claim: Consistency
  /// DG1 and DG11 beside the issuer's record.
  package var registry: Consistency

  package init(
    sodSignature: Signature, groups: [ChipGroup], chain: Chain, validity: Validity, revocation: Revocation,
    algorithmPolicy: AlgorithmPolicy, access: Access, accessSecret: AccessSecret?, chipGenuine: Genuine,
    documentExpiry: Expiry?, uncoveredFiles: [ChipFile.Kind], claim: Consistency, registry: Consistency
  ) {
    self.sodSignature = sodSignature
    self.groups = groups
    self.chain = chain
    self.validity = validity
    self.revocation = revocation
    self.algorithmPolicy = algorithmPolicy
    self.access = access
    self.accessSecret = accessSecret
    self.chipGenuine = chipGenuine
    self.documentExpiry = documentExpiry
    self.uncoveredFiles = uncoveredFiles
    self.claim = claim
    self.registry = registry
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__chip_findings__init)

  init(from fields: FieldReader) throws(WireError) {
    sodSignature = try fields.choice(1)
    groups = try fields.messages(2)
    chain = try fields.choice(3)
    validity = try fields.choice(4)
    revocation = try fields.choice(5)
    algorithmPolicy = try fields.choice(6)
    access = try fields.choice(7)
    accessSecret = AccessSecret(rawValue: fields.enumeration(8))
    chipGenuine = try fields.choice(9)
    documentExpiry = Expiry(rawValue: fields.enumeration(10))
    uncoveredFiles = try fields.choices(11)
    claim = try fields.choice(12)
    registry = try fields.choice(13)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, sodSignature.rawValue)
    fields.set(2, groups)
    fields.set(3, chain.rawValue)
    fields.set(4, validity.rawValue)
    fields.set(5, revocation.rawValue)
    fields.set(6, algorithmPolicy.rawValue)
    fields.set(7, access.rawValue)
    fields.set(8, accessSecret?.rawValue ?? 0)
    fields.set(9, chipGenuine.rawValue)
    fields.set(10, documentExpiry?.rawValue ?? 0)
    fields.set(11, uncoveredFiles.map(\.rawValue))
    fields.set(12, claim.rawValue)
    fields.set(13, registry.rawValue)
  }
}
