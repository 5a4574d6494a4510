/// What was found about a chip or its files (Measures art.4(3)): one answer to each question, never one for all.
package struct ChipVerdict: Sendable, Hashable {
  /// The signature of EF.SOD and its form.
  package enum SODSignature: UInt8, Sendable, Hashable, CaseIterable {
    case valid = 1
    case invalid = 2
    /// There is no EF.SOD: nothing else is proven.
    case missing = 3
  }

  /// A data group beside its hash in EF.SOD.
  package enum GroupHash: UInt8, Sendable, Hashable, CaseIterable {
    case match = 1
    case mismatch = 2
    /// EF.SOD does not cover it, so nothing in it counts.
    case notInSOD = 3
    /// EF.SOD covers it, but it was not read or sent.
    case notSupplied = 4
  }

  /// The way from the document signer to a Country Signing CA that the platform trusts.
  package enum Chain: UInt8, Sendable, Hashable, CaseIterable {
    case trusted = 1
    case unknownCSCA = 2
    case dscNotFound = 3
    case invalid = 4
  }

  /// The certificates' validity at the time of the check.
  package enum Validity: UInt8, Sendable, Hashable, CaseIterable {
    case ok = 1
    case dscExpired = 2
    case cscaExpired = 3
    case notYetValid = 4
    /// No signer is known.
    case unknown = 5
  }

  /// What the issuer's revocation list says of the document signer.
  package enum Revocation: UInt8, Sendable, Hashable, CaseIterable {
    case good = 1
    case revoked = 2
    /// The list should have been replaced by now.
    case stale = 3
    case noCRL = 4
  }

  package enum AlgorithmPolicy: UInt8, Sendable, Hashable, CaseIterable {
    case ok = 1
    /// SHA-1, or a key below today's strength: genuine as far as it goes.
    case weak = 2
  }

  /// How the chip was opened.
  package enum Access: UInt8, Sendable, Hashable, CaseIterable {
    /// The files were sent: no chip was seen.
    case uploaded = 1
    case bac = 2
    case paceGM = 3
    case paceIM = 4
    case paceCAM = 5
  }

  /// What opened it.
  package enum AccessSecret: UInt8, Sendable, Hashable, CaseIterable {
    case mrz = 1
    case can = 2
  }

  /// Whether the chip holds the key that its issuer put there, and how it was shown: a copy does not.
  package enum ChipGenuine: UInt8, Sendable, Hashable, CaseIterable {
    case chipAuthentication = 1
    case chipAuthenticationMapping = 2
    case activeAuthentication = 3
    case failed = 4
    /// The issuer gave it no such key: a copy cannot be told.
    case notSupported = 5
    /// Files were sent, or the reading did not come so far.
    case notPerformed = 6
  }

  /// Two sources of the same data beside each other.
  package enum Consistency: UInt8, Sendable, Hashable, CaseIterable {
    case consistent = 1
    case inconsistent = 2
    /// One of them is silent.
    case notCompared = 3
  }

  package struct Group: Sendable, Hashable {
    package var file: ChipFile
    package var hash: GroupHash

    package init(_ file: ChipFile, _ hash: GroupHash) {
      self.file = file
      self.hash = hash
    }
  }

  package var sodSignature: SODSignature
  /// In the order of their numbers.
  package var groups: [Group]
  package var chain: Chain
  package var validity: Validity
  package var revocation: Revocation
  package var algorithmPolicy: AlgorithmPolicy
  package var access: Access
  /// Nil for uploaded files.
  package var secret: AccessSecret?
  package var chipGenuine: ChipGenuine
  /// By the date in DG1, which is another question than the certificates' validity; nil when DG1 does not say.
  package var isDocumentExpired: Bool?
  /// Files that are there but not covered by a valid EF.SOD.
  package var uncoveredFiles: [ChipFile]
  /// DG1 and DG11 beside the claim.
  package var claim: Consistency
  /// DG1 and DG11 beside the issuer's record.
  package var registry: Consistency

  package init(
    sodSignature: SODSignature, groups: [Group], chain: Chain, validity: Validity, revocation: Revocation,
    algorithmPolicy: AlgorithmPolicy, access: Access, secret: AccessSecret?, chipGenuine: ChipGenuine,
    isDocumentExpired: Bool?, uncoveredFiles: [ChipFile], claim: Consistency, registry: Consistency
  ) {
    self.sodSignature = sodSignature
    self.groups = groups
    self.chain = chain
    self.validity = validity
    self.revocation = revocation
    self.algorithmPolicy = algorithmPolicy
    self.access = access
    self.secret = secret
    self.chipGenuine = chipGenuine
    self.isDocumentExpired = isDocumentExpired
    self.uncoveredFiles = uncoveredFiles
    self.claim = claim
    self.registry = registry
  }

  /// Whether what was read is the issuer's and unchanged, DG1 above all; files that EF.SOD does not cover are not
  /// used. It says nothing about the chip: see `chipGenuine`.
  package var isAuthentic: Bool {
    sodSignature == .valid && chain == .trusted && revocation != .revoked && validity != .notYetValid
      && groups.allSatisfy { $0.hash != .mismatch } && groups.contains(Group(.dg1, .match))
  }
}
