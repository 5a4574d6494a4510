import PassgateSystem
import PassgateTestKit
import Testing

@testable import PassgateStore

/// The stores as the opening rules see them: all alike.
enum AnyStore: String, CaseIterable, CustomTestStringConvertible {
  case registry, ledger, evidence, dossier, documentTrust

  var testDescription: String { rawValue }

  var kind: StoreKind {
    switch self {
    case .registry: .registry
    case .ledger: .ledger
    case .evidence: .evidence
    case .dossier: .dossier
    case .documentTrust: .documentTrust
    }
  }

  /// Opens it and gives what keeps it open.
  func open(_ path: String) throws(StoreError) -> any Sendable {
    switch self {
    case .registry: try RegistryStore(path: path)
    case .ledger: try LedgerStore(path: path)
    case .evidence: try EvidenceStore(path: path)
    case .dossier: try DossierStore(path: path)
    case .documentTrust: try DocumentTrustStore(path: path)
    }
  }

  var next: AnyStore {
    switch self {
    case .registry: .ledger
    case .ledger: .evidence
    case .evidence: .dossier
    case .dossier: .documentTrust
    case .documentTrust: .registry
    }
  }
}

@Suite("Opening a store")
struct OpeningTests {
  let folder: TemporaryDirectory
  let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("store.sqlite")
  }

  @Test(arguments: AnyStore.allCases)
  func secondOpeningIsRefusedUntilTheFirstEnds(_ store: AnyStore) throws {
    let first = try store.open(path)
    #expect(throws: StoreError.inUse(place: "\(store.kind.name) \(path)")) { try store.open(path) }
    withExtendedLifetime(first) {}
  }

  @Test(arguments: AnyStore.allCases)
  func aReleasedStoreOpensAgain(_ store: AnyStore) throws {
    for _ in 0..<3 { _ = try store.open(path) }
  }

  @Test func aSymbolicLinkIsNoSecondWayIn() throws {
    let first = try AnyStore.ledger.open(path)
    let link = folder.path("link.sqlite")
    try makeSymbolicLink(link, to: path)
    #expect(throws: StoreError.inUse(place: "ledger \(link)")) { try AnyStore.ledger.open(link) }
    withExtendedLifetime(first) {}
  }

  @Test(arguments: AnyStore.allCases)
  func aTextFileIsForeign(_ store: AnyStore) throws {
    let text = [UInt8](String(repeating: "not a database\n", count: 400).utf8)
    try Files.writeDurably(text, to: path)
    #expect(throws: StoreError.foreign(place: "\(store.kind.name) \(path)")) { try store.open(path) }
    #expect(try Files.read(path) == text)
  }

  @Test(arguments: AnyStore.allCases)
  func anotherProgramsDatabaseIsForeign(_ store: AnyStore) throws {
    let other = StoreKind(name: "other", applicationID: 0, migrations: ["CREATE TABLE notes (text TEXT)"])
    _ = try Database.writer(path: path, kind: other)
    #expect(throws: StoreError.foreign(place: "\(store.kind.name) \(path)")) { try store.open(path) }
  }

  @Test(arguments: AnyStore.allCases)
  func anotherKindOfStoreIsForeign(_ store: AnyStore) throws {
    _ = try store.next.open(path)
    #expect(throws: StoreError.foreign(place: "\(store.kind.name) \(path)")) { try store.open(path) }
  }

  @Test(arguments: AnyStore.allCases)
  func aLaterReleasesFileIsRefused(_ store: AnyStore) throws {
    let known = Int64(store.kind.migrations.count)
    try Database.writer(path: path, kind: store.kind).execute("PRAGMA user_version = \(known + 1)")
    let refusal = StoreError.newerVersion(
      place: "\(store.kind.name) \(path)", found: known + 1, known: known)
    #expect(throws: refusal) { try store.open(path) }
  }

  @Test func aMissingFolderIsNamed() throws {
    let path = folder.path("absent/store.sqlite")
    let error = try #require(throws: StoreError.self) { try AnyStore.registry.open(path) }
    #expect("\(error)".contains("registry \(path): it cannot be opened"))
  }

  @Test func readersNeedAFileThatAWriterMade() throws {
    #expect(throws: StoreError.self) { try RegistryReader(path: path) }
    #expect(throws: StoreError.self) { try EvidenceReader(path: path) }
    #expect(!Files.exists(path))
  }

  @Test(arguments: AnyStore.allCases)
  func everyCommitReachesTheDiskBeforeItReturns(_ store: AnyStore) throws {
    let database = try Database.writer(path: path, kind: store.kind)
    #expect(try database.integer("PRAGMA synchronous") == 2)
    #expect(try database.prepare("PRAGMA journal_mode").first([]) { $0.text(0) } == "wal")
  }

  @Test(arguments: [
    StoreError.foreign(place: "P"), .newerVersion(place: "P", found: 9, known: 1), .inUse(place: "P"),
    .full(place: "P"), .damaged(place: "P"), .failed(place: "P", problem: "disk I/O error"),
  ])
  func everyFaultNamesThePlaceAndARemedy(_ error: StoreError) {
    #expect("\(error)".hasPrefix("P: "))
    #expect(["move", "run", "stop", "free", "restore", "check"].contains { "\(error)".contains($0) })
  }
}

@Suite("Migrations")
struct MigrationTests {
  let folder: TemporaryDirectory
  let path: String
  let steps = [
    "CREATE TABLE notes (text TEXT) STRICT; INSERT INTO notes VALUES ('first')",
    "ALTER TABLE notes ADD COLUMN at INTEGER NOT NULL DEFAULT 7",
    "INSERT INTO notes VALUES ('third', 8)",
  ]

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("store.sqlite")
  }

  private func kind(_ migrations: [String]) -> StoreKind {
    StoreKind(name: "notes", applicationID: 77, migrations: migrations)
  }

  @Test(arguments: 1...3)
  func laterStepsAreAppliedOnce(to start: Int) throws {
    _ = try Database.writer(path: path, kind: kind([String](steps.prefix(start))))
    for _ in 0..<2 {
      let database = try Database.writer(path: path, kind: kind(steps))
      #expect(try database.integer("PRAGMA user_version") == 3)
      #expect(try database.prepare("SELECT at FROM notes").all([]) { $0.integer(0) } == [7, 8])
    }
  }

  @Test func aFailedStepLeavesTheFileAsItWas() throws {
    _ = try Database.writer(path: path, kind: kind([steps[0]]))
    #expect(throws: StoreError.self) {
      try Database.writer(path: path, kind: kind([steps[0], steps[1], "INSERT INTO absent VALUES (1)"]))
    }
    let database = try Database.writer(path: path, kind: kind([steps[0]]))
    #expect(try database.integer("SELECT count(*) FROM pragma_table_info('notes')") == 1)
  }

  @Test func readersWaitForTheWritersMigration() throws {
    _ = try Database.writer(path: path, kind: kind([steps[0]]))
    let error = try #require(throws: StoreError.self) { try Database.reader(path: path, kind: kind(steps)) }
    #expect("\(error)".contains("awaits migration"))
  }
}
