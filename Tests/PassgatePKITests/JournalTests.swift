import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct JournalTests {
  private let folder: AuthorityFolder
  private let temporary: TemporaryDirectory

  init() throws {
    temporary = try TemporaryDirectory()
    folder = AuthorityFolder(path: temporary.path)
  }

  private func open() throws -> (journal: AuthorityJournal, notices: [String]) {
    var notices: [String] = []
    let journal = try AuthorityJournal(folder) { notices.append($0) }
    return (journal, notices)
  }

  private func taint(_ number: Int) -> JournalEvent {
    .tainted(TaintRecord(entered: UInt64(number) * 1000, keyID: key(number), cause: "test"))
  }

  private func key(_ number: Int) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
  }

  /// Each kind of event reads back as it was written.
  @Test func keepsEveryKindOfEvent() throws {
    let authority = try PrivateKey.generate(.ecdsaP256SHA256)
    let certificate = try Certificate.selfSigned(
      CertificateTemplate(
        subject: DistinguishedName(commonName: "酒店, \"17\""), use: .authority(pathLength: 0),
        validity: 1_000_000...2_000_000), by: FileSigner(authority, .ecdsaP256SHA256))
    let record = CertificateRecord(
      certificate, purpose: "root", tenant: "hotel-17", issuer: authority.publicKey.keyID, issued: 7)
    let revoked = RevocationRecord(
      entered: 9, revoked: 8, reason: "keyCompromise", serial: record.serial, keyID: record.keyID,
      issuer: record.issuer, notAfter: record.notAfter)
    let list = ListRecord(
      entered: 10, issuer: record.issuer, number: 3, thisUpdate: 10, nextUpdate: 20, entries: 1)
    let events: [JournalEvent] = [.issued(record), .revoked(revoked), taint(4), .listed(list)]
    try open().journal.append(events)
    let journal = try open().journal
    var read: [JournalEvent] = []
    try journal.forEach { read.append($0) }
    #expect(read == events)
    #expect(try journal.certificates(ofKey: record.keyID) == [record])
    #expect(try journal.certificate(serial: record.serial) == record)
    #expect(try journal.revocation(serial: record.serial) == revoked)
    #expect(try journal.lastList(ofIssuer: record.issuer) == list)
    #expect(try journal.certificate(serial: [1]) == nil)
  }

  /// A crash leaves any beginning of the last line: it is cut off and said, and the lines before it stay.
  @Test func cutsOffATornLine() throws {
    try open().journal.append([taint(1)])
    let whole = try Files.read(folder.journal)
    let last = taint(2).line
    for length in 1..<last.count {
      try Files.writeDurably(whole + last.prefix(length), to: folder.journal)
      let (journal, notices) = try open()
      #expect(notices.count == 1 && notices[0].contains("its \(length) bytes were cut off"))
      #expect(try Files.read(folder.journal) == whole)
      #expect(try journal.taint(ofKey: key(1)) != nil)
    }
    #expect(try open().notices.isEmpty)
  }

  @Test func refusesALineThatIsNoneOfItsOwn() throws {
    try Files.writeDurably(taint(1).line + Array("{}\n".utf8) + taint(2).line, to: folder.journal)
    #expect(sentence { _ = try open() }?.contains("at byte \(taint(1).line.count) is none") == true)
  }

  /// Many more lines than are read at a start, and the index lost, foreign, behind or ahead of its journal.
  @Test(arguments: ["kept", "lost", "foreign", "short", "behind"])
  func findsEverythingWhateverBecameOfTheIndex(_ fate: String) throws {
    let count = 4000
    let first = try open().journal
    for start in stride(from: 0, to: count, by: 500) {
      try first.append((start..<(start + 500)).map(taint))
      if start == 2000, fate == "behind" {
        try Files.writeDurably(Files.read(folder.index), to: folder.path + "/old")
      }
    }
    switch fate {
    case "lost": try Files.remove(folder.index)
    case "foreign": try Files.writeDurably([UInt8](repeating: 7, count: 5000), to: folder.index)
    case "short": try Files.writeDurably(Array(Files.read(folder.index).prefix(20_000)), to: folder.index)
    case "behind": try Files.writeDurably(Files.read(folder.path + "/old"), to: folder.index)
    default: break
    }
    // The first journal holds the lock of its folder, so what it left is looked at in another.
    let copy = try TemporaryDirectory()
    for name in ["journal.ndjson", "journal.index"] where Files.exists(folder.path + "/" + name) {
      try Files.writeDurably(Files.read(folder.path + "/" + name), to: copy.path(name))
    }
    let journal = try AuthorityJournal(AuthorityFolder(path: copy.path)) { _ in }
    let asked = Array(stride(from: 0, through: count, by: 40))
    let found = try asked.map { try journal.taint(ofKey: key($0))?.entered }
    #expect(found == asked.dropLast().map { UInt64($0) * 1000 } + [nil])
  }

  @Test func keepsOthersOutWhileItIsOpen() throws {
    let journal = try open().journal
    let failure = sentence {
      _ = try Files.lock(folder.lock) { () throws(SystemError) in throw SystemError(message: "busy") }
    }
    #expect(failure == "busy")
    withExtendedLifetime(journal) {}
  }
}
