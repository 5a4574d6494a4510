import PassgateCrypto
import PassgateDomain
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService

/// Registry and dossiers on files of their own, sealed anew step by step, without a thread.
private final class ResealDesk {
  static let rows = 600
  let folder: TemporaryDirectory
  let dossiers: DossierDesk
  let registry: RegistryStore
  let (old, new): (RegistryKey, RegistryKey)
  let log: Log
  private let importID = [UInt8](repeating: 7, count: 16)

  init() throws {
    folder = try TemporaryDirectory()
    dossiers = try DossierDesk()
    registry = try RegistryStore(path: folder.path("registry.sqlite"))
    (old, new) = (try .fresh(), try .fresh())
    log = Log(minimum: .info, clock: dossiers.clock, sink: dossiers.logged.take)
    dossiers.keys.replace(try ring(old))
    try load(0..<Self.rows, under: old)
    for number in 0..<20 { dossiers.upload(Papers.pdf(5_000 + number), key: UInt8(number)) }
    _ = try dossiers.complain("they charge for it")
  }

  func ring(_ active: RegistryKey) throws -> RegistryKeyRing {
    RegistryKeyRing(first: old.secret, active: active.secret, opening: [old.secret, new.secret])
  }

  var progressPath: String { folder.path("registry.progress.json") }
  var progress: String? { (try? Files.read(progressPath)).map { String(decoding: $0, as: UTF8.self) } }

  func expected(_ key: RegistryKey, remaining: Int = 0) -> String {
    "{\"sealedWith\":\"\(Hex.encode(key.secret.keyID))\",\"remaining\":\(remaining)}\n"
  }

  private func number(_ index: Int) throws -> DocumentNumber {
    try DocumentNumber("H\(10_000_000 + index)02", type: .permit)
  }

  func key(_ index: Int) throws -> [UInt8] { try RegistryCipher(ring(old)).documentKey(number(index)) }

  /// Every tenth has a portrait.
  func load(_ range: Range<Int>, under active: RegistryKey, corrupt: Bool = false) throws {
    let cipher = try RegistryCipher(ring(active))
    let rows = try range.map { index in
      let key = try cipher.documentKey(number(index))
      var sealed = try cipher.seal(Guest.record, under: key)
      if corrupt { sealed[sealed.count - 1] ^= 1 }
      return RegistryRow(key: key, sealed: sealed, isSuperseded: false)
    }
    let portraits = try range.filter { $0 % 10 == 0 }.map { index in
      let key = try cipher.documentKey(number(index))
      return PortraitChange.set(key: key, sealed: try cipher.seal(Self.portrait(index), under: key))
    }
    let chunk = try registry.importState(importID).nextChunk
    _ = try registry.importChunk(
      importID: importID, chunk: chunk, rows: rows, portraits: portraits, records: UInt64(rows.count),
      last: false, at: 1)
  }

  static func portrait(_ index: Int) -> StoredPortrait {
    let image = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 9_000)
    return StoredPortrait(
      image: image, vector: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 512),
      modelID: [UInt8](repeating: 3, count: 32))
  }

  /// How many of the rows and portraits there are.
  static let sealedRows = rows + rows / 10

  func resealer(_ stores: [any SealedStore]? = nil) -> Resealer {
    Resealer(
      stores ?? [registry, dossiers.keeper.store], progress: ResealProgressFile(path: progressPath), log: log)
  }

  /// Copies of the stores as they lie on the disk now, as after a kill.
  func killed(_ name: String) throws -> [any SealedStore] {
    func copy(_ path: String, _ name: String) throws -> String {
      let target = folder.path(name)
      for end in ["", "-wal"] where Files.exists(path + end) {
        try Files.writeDurably(try Files.read(path + end), to: target + end)
      }
      return target
    }
    return [
      try RegistryStore(path: copy(folder.path("registry.sqlite"), "\(name)-registry")),
      try DossierStore(path: copy(dossiers.path, "\(name)-dossier")),
    ]
  }

  /// Opens each portrait with the keys given, and answers how many could be.
  func openedPortraits(_ keys: [RegistryKey], active: RegistryKey) throws -> Int {
    let ring = RegistryKeyRing(first: old.secret, active: active.secret, opening: keys.map(\.secret))
    let cipher = try RegistryCipher(ring)
    let reader = try RegistryReader(path: folder.path("registry.sqlite"))
    return try (0..<Self.rows).count { index in
      let key = try key(index)
      guard let sealed = try reader.portrait(of: key) else { return false }
      return (try? cipher.openPortrait(sealed, under: key)) == Self.portrait(index)
    }
  }

  /// Opens each row with the keys given, and answers how many could be.
  func opened(_ keys: [RegistryKey], active: RegistryKey) throws -> Int {
    let ring = RegistryKeyRing(first: old.secret, active: active.secret, opening: keys.map(\.secret))
    let cipher = try RegistryCipher(ring)
    let reader = try RegistryReader(path: folder.path("registry.sqlite"))
    return try (0..<Self.rows).count { index in
      let key = try key(index)
      return try reader.lookup(key).map { (try? cipher.open($0, under: key)) != nil } ?? false
    }
  }
}

@Suite struct ResealerTests {
  private let desk: ResealDesk

  init() throws { desk = try ResealDesk() }

  @Test func everyRowIsSealedAnew() throws {
    var resealer = desk.resealer()
    let ring = try desk.ring(desk.new)
    var seen: [Int] = []
    while true {
      let state = try resealer.advance(ring)
      seen.append(state.remaining)
      guard state.goesOn else { break }
      #expect(desk.progress == nil)
    }
    #expect(seen == seen.sorted(by: >=))
    #expect(desk.progress == desk.expected(desk.new))
    #expect(try desk.opened([desk.new], active: desk.new) == ResealDesk.rows)
    #expect(try desk.opened([desk.old], active: desk.old) == 0)
    #expect(try desk.openedPortraits([desk.new], active: desk.new) == ResealDesk.rows / 10)
    #expect(try desk.openedPortraits([desk.old], active: desk.old) == 0)
    desk.dossiers.keys.replace(
      RegistryKeyRing(first: desk.old.secret, active: desk.new.secret, opening: [desk.new.secret]))
    let paper = Papers.pdf(5_003)
    try desk.dossiers.keeper.claim(
      Papers.dossier([(paper, .pdf)]), of: DossierDesk.keyID(3), for: "hotel")
    #expect(desk.dossiers.get(sha256(paper.span)).page?.bytes == paper)
    #expect(desk.dossiers.logged.count(of: "registry_resealed") == 1)
    #expect((4...11).contains(desk.dossiers.logged.count(of: "registry_reseal")))
    #expect(try !resealer.advance(ring).goesOn)
  }

  @Test func nothingToDoIsWrittenDownOnce() throws {
    var resealer = desk.resealer()
    #expect(try resealer.advance(desk.ring(desk.old)) == (0, false))
    #expect(desk.progress == desk.expected(desk.old))
    #expect(desk.dossiers.logged.count(of: "registry_reseal") == 0)
  }

  /// After each transaction, and on either side of the progress file.
  @Test func aKillAtAnyStepIsMadeGood() throws {
    var resealer = desk.resealer()
    let ring = try desk.ring(desk.new)
    var (step, goesOn) = (0, true)
    while goesOn {
      goesOn = try resealer.advance(ring).goesOn
      let stores = try desk.killed("killed-\(step)")
      var again = desk.resealer(stores)
      while try again.advance(ring).goesOn {}
      for store in stores { #expect(try Set(store.rowsBySealingKey().keys) == [desk.new.sealingID]) }
      #expect(desk.progress == desk.expected(desk.new))
      try Files.remove(desk.progressPath)
      step += 1
    }
    #expect(step > 6)
  }

  /// Imports and deletions come between any two steps, some under the former key: a worker may have begun with it.
  @Test func whatIsWrittenMeanwhileIsRight() throws {
    var resealer = desk.resealer()
    let ring = try desk.ring(desk.new)
    var step = 0
    while try resealer.advance(ring).goesOn {
      if step < 10 {
        try desk.load(step..<step + 3, under: step % 2 == 0 ? desk.old : desk.new)
        try desk.load(ResealDesk.rows + step..<ResealDesk.rows + step + 1, under: desk.old)
        #expect(try desk.registry.delete(key: desk.key(100 + step), at: 2))
      }
      #expect(try desk.opened([desk.old, desk.new], active: desk.new) == ResealDesk.rows - min(step + 1, 10))
      step += 1
    }
    #expect(try desk.opened([desk.new], active: desk.new) == ResealDesk.rows - 10)
    #expect(try desk.registry.rowsBySealingKey() == [desk.new.sealingID: ResealDesk.sealedRows])
    #expect(desk.progress == desk.expected(desk.new))
  }

  @Test func rowsThatCannotBeOpenedAreCountedAndLeft() throws {
    try desk.load(0..<2, under: desk.old, corrupt: true)
    var resealer = desk.resealer()
    let ring = try desk.ring(desk.new)
    while try resealer.advance(ring).goesOn {}
    #expect(desk.progress == desk.expected(desk.new, remaining: 2))
    #expect(desk.dossiers.logged.count(of: "registry_reseal_stuck") == 1)
    #expect(try !resealer.advance(ring).goesOn)
    #expect(desk.dossiers.logged.count(of: "registry_reseal_stuck") == 1)
    // Imported again, they are in order, and the end is told.
    try desk.load(0..<2, under: desk.old)
    try desk.load(0..<1, under: desk.new)
    while try resealer.advance(ring).goesOn {}
    #expect(desk.progress == desk.expected(desk.new))
  }

  @Test func aNewKeyInTheMiddleIsTakenUp() throws {
    var resealer = desk.resealer()
    _ = try resealer.advance(desk.ring(desk.new))
    _ = try resealer.advance(desk.ring(desk.old))
    while try resealer.advance(desk.ring(desk.old)).goesOn {}
    #expect(try desk.registry.rowsBySealingKey() == [desk.old.sealingID: ResealDesk.sealedRows])
  }
}
