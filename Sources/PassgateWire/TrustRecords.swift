import CPassgate

/// What the certificates of a source are good for.
package enum TrustUse: UInt32, Sendable, CaseIterable {
  /// Country Signing CAs, and document signers that one of them has certified.
  case issuers = 1
  /// Signers of master lists must lead to one; no chip is judged by them.
  case anchors = 2
  /// Document signers, each trusted for itself, whose CSCA is not known.
  case pinned = 3
}

/// A file of a source of trust, and what was found in it.
package struct TrustFile: MappedMessage {
  package enum Content: UInt32, Sendable, CaseIterable {
    /// ICAO 9303-12 section 8.
    case masterList = 1
    case certificates = 2
    case crls = 3
    /// Several of these, as the LDIF of the ICAO PKD has them.
    case mixed = 4
  }

  /// SHA-256.
  package var digest: [UInt8]
  package var byteCount: UInt64
  package var content: Content
  /// The latest signing time of a master list or update of a revocation list, Unix time; 0: none.
  package var issuedMilliseconds: UInt64
  /// Of a master list, its subject.
  package var signer: String
  /// Taken.
  package var certificates: UInt32
  /// Revocation lists taken.
  package var lists: UInt32
  /// Said twice, taken once.
  package var duplicates: UInt32
  /// What cannot be used.
  package var keptOut: UInt32

  package init(
    digest: [UInt8], byteCount: UInt64, content: Content, issuedMilliseconds: UInt64, signer: String,
    certificates: UInt32, lists: UInt32, duplicates: UInt32, keptOut: UInt32
  ) {
    self.digest = digest
    self.byteCount = byteCount
    self.content = content
    self.issuedMilliseconds = issuedMilliseconds
    self.signer = signer
    self.certificates = certificates
    self.lists = lists
    self.duplicates = duplicates
    self.keptOut = keptOut
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__trust_file__init)

  init(from fields: FieldReader) throws(WireError) {
    digest = try fields.bytes(1, exactly: WireLength.digest)
    byteCount = try fields.positive(2)
    content = try fields.choice(3)
    issuedMilliseconds = fields.uint64(4)
    signer = fields.text(5)
    certificates = fields.uint32(6)
    lists = fields.uint32(7)
    duplicates = fields.uint32(8)
    keptOut = fields.uint32(9)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, digest)
    fields.set(2, byteCount)
    fields.set(3, content.rawValue)
    fields.set(4, issuedMilliseconds)
    fields.set(5, signer)
    fields.set(6, certificates)
    fields.set(7, lists)
    fields.set(8, duplicates)
    fields.set(9, keptOut)
  }
}

/// What was kept out of a file, and why.
package struct TrustProblem: MappedMessage {
  /// From 0.
  package var file: UInt32
  /// Of the certificate in a master list, from 1; else the line of the file on which it begins.
  package var number: UInt32
  package var problem: String

  package init(file: UInt32, number: UInt32, problem: String) {
    self.file = file
    self.number = number
    self.problem = problem
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__trust_problem__init)

  init(from fields: FieldReader) throws(WireError) {
    file = fields.uint32(1)
    number = fields.uint32(2)
    problem = try fields.line(3)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, file)
    fields.set(2, number)
    fields.set(3, problem)
  }
}

/// What one officer wants a source to be.
package struct TrustProposal: MappedMessage {
  /// SHA-256, of what is proposed and of what it would replace.
  package var digest: [UInt8]
  package var source: String
  package var use: TrustUse
  /// The source is to go.
  package var removal: Bool
  package var files: [TrustFile]
  /// The officer's id.
  package var proposer: String
  /// Unix time.
  package var proposedMilliseconds: UInt64
  /// Number of the ledger's event.
  package var event: UInt64
  package var added: UInt32
  package var removed: UInt32
  package var replaced: UInt32
  package var unchanged: UInt32
  /// The first of them.
  package var problems: [TrustProblem]

  package init(
    digest: [UInt8], source: String, use: TrustUse, removal: Bool, files: [TrustFile], proposer: String,
    proposedMilliseconds: UInt64, event: UInt64, added: UInt32, removed: UInt32, replaced: UInt32,
    unchanged: UInt32, problems: [TrustProblem]
  ) {
    self.digest = digest
    self.source = source
    self.use = use
    self.removal = removal
    self.files = files
    self.proposer = proposer
    self.proposedMilliseconds = proposedMilliseconds
    self.event = event
    self.added = added
    self.removed = removed
    self.replaced = replaced
    self.unchanged = unchanged
    self.problems = problems
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__trust_proposal__init)

  init(from fields: FieldReader) throws(WireError) {
    digest = try fields.bytes(1, exactly: WireLength.digest)
    source = try fields.identifier(2)
    use = try fields.choice(3)
    removal = fields.bool(4)
    files = try fields.messages(5)
    proposer = try fields.identifier(6)
    proposedMilliseconds = fields.uint64(7)
    event = fields.uint64(8)
    added = fields.uint32(9)
    removed = fields.uint32(10)
    replaced = fields.uint32(11)
    unchanged = fields.uint32(12)
    problems = try fields.messages(13)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, digest)
    fields.set(2, source)
    fields.set(3, use.rawValue)
    fields.set(4, removal)
    fields.set(5, files)
    fields.set(6, proposer)
    fields.set(7, proposedMilliseconds)
    fields.set(8, event)
    fields.set(9, added)
    fields.set(10, removed)
    fields.set(11, replaced)
    fields.set(12, unchanged)
    fields.set(13, problems)
  }
}

/// A source of trust that is in force.
package struct TrustSource: MappedMessage {
  package var name: String
  package var use: TrustUse
  package var files: [TrustFile]
  /// Ids of the two officers.
  package var proposer: String
  package var activator: String
  /// Unix time.
  package var activatedMilliseconds: UInt64
  /// Number of the ledger's event by which it was activated.
  package var event: UInt64

  package init(
    name: String, use: TrustUse, files: [TrustFile], proposer: String, activator: String,
    activatedMilliseconds: UInt64, event: UInt64
  ) {
    self.name = name
    self.use = use
    self.files = files
    self.proposer = proposer
    self.activator = activator
    self.activatedMilliseconds = activatedMilliseconds
    self.event = event
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__trust_source__init)

  init(from fields: FieldReader) throws(WireError) {
    name = try fields.identifier(1)
    use = try fields.choice(2)
    files = try fields.messages(3)
    proposer = try fields.identifier(4)
    activator = try fields.identifier(5)
    activatedMilliseconds = fields.uint64(6)
    event = fields.uint64(7)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, name)
    fields.set(2, use.rawValue)
    fields.set(3, files)
    fields.set(4, proposer)
    fields.set(5, activator)
    fields.set(6, activatedMilliseconds)
    fields.set(7, event)
  }
}

/// A certificate or revocation list of a source of trust.
package struct TrustEntry: MappedMessage {
  package enum Kind: UInt32, Sendable, CaseIterable {
    case csca = 1
    case documentSigner = 2
    case crl = 3
    case anchor = 4
    case pinnedSigner = 5
  }

  package enum Change: UInt32, Sendable, CaseIterable {
    /// In force.
    case none = 0
    case added = 1
    case removed = 2
    /// Another certificate of the same key, a later list of the same issuer.
    case replaced = 3
  }

  package var source: String
  package var kind: Kind
  package var change: Change
  /// Upper case; empty when none is named.
  package var country: String
  /// Of a revocation list, its issuer.
  package var subject: String
  package var issuer: String
  package var serial: [UInt8]
  /// Subject key identifier; of a revocation list, its issuer's; empty when none is named.
  package var keyID: [UInt8]
  /// SHA-256.
  package var fingerprint: [UInt8]
  /// Unix time.
  package var beginsMilliseconds: UInt64
  /// Of a revocation list, when the next is due; 0: it does not say.
  package var endsMilliseconds: UInt64
  /// Fingerprint of what it replaces.
  package var replaces: [UInt8]

  package init(
    source: String, kind: Kind, change: Change, country: String, subject: String, issuer: String,
    serial: [UInt8], keyID: [UInt8], fingerprint: [UInt8], beginsMilliseconds: UInt64,
    endsMilliseconds: UInt64, replaces: [UInt8]
  ) {
    self.source = source
    self.kind = kind
    self.change = change
    self.country = country
    self.subject = subject
    self.issuer = issuer
    self.serial = serial
    self.keyID = keyID
    self.fingerprint = fingerprint
    self.beginsMilliseconds = beginsMilliseconds
    self.endsMilliseconds = endsMilliseconds
    self.replaces = replaces
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__trust_entry__init)

  init(from fields: FieldReader) throws(WireError) {
    source = try fields.identifier(1)
    kind = try fields.choice(2)
    change = try fields.choice(3)
    country = fields.text(4)
    subject = fields.text(5)
    issuer = fields.text(6)
    serial = fields.bytes(7)
    keyID = fields.bytes(8)
    fingerprint = try fields.bytes(9, exactly: WireLength.digest)
    beginsMilliseconds = fields.uint64(10)
    endsMilliseconds = fields.uint64(11)
    replaces = try fields.digestOrNothing(12)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, source)
    fields.set(2, kind.rawValue)
    fields.set(3, change.rawValue)
    fields.set(4, country)
    fields.set(5, subject)
    fields.set(6, issuer)
    fields.set(7, serial)
    fields.set(8, keyID)
    fields.set(9, fingerprint)
    fields.set(10, beginsMilliseconds)
    fields.set(11, endsMilliseconds)
    fields.set(12, replaces)
  }
}
