package import PassgateDomain

/// What there is to judge of a chip: its files and how they were come by.
package struct ChipEvidence: Sendable, Confidential {
  package let files: [ChipFile: [UInt8]]
  package let access: ChipVerdict.Access
  /// Nil for files that were sent.
  package let secret: ChipVerdict.AccessSecret?
  /// What opened the chip, to be held against DG1; nil for files that were sent.
  package let password: AccessPassword?
  /// What the chip did to show that it is no copy.
  package let proofs: [ChipProof]

  /// Files that were sent: no chip was seen, and a copy is possible.
  package init(uploaded files: [ChipFile: [UInt8]]) {
    self.files = files
    (access, secret, password, proofs) = (.uploaded, nil, nil, [])
  }

  /// Files that the platform has read.
  package init(
    read files: [ChipFile: [UInt8]], access: ChipVerdict.Access, password: AccessPassword,
    proofs: [ChipProof]
  ) {
    self.files = files
    self.access = access
    secret = password.secret
    self.password = password
    self.proofs = proofs
  }
}
