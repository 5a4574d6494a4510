import PassgateCrypto
import PassgateDomain
import PassgateStore
import Testing

@testable import PassgateService

@Suite struct SealingCipherTests {
  private let old: RegistryKey
  private let new: RegistryKey
  private let place = [UInt8](repeating: 5, count: 32)
  private let text = Array("record".utf8)

  init() throws {
    old = try .fresh()
    new = try .fresh()
  }

  private func cipher(
    _ active: RegistryKey, opening: [RegistryKey], first: RegistryKey? = nil,
    for use: SealingCipher.Use = .record
  ) throws -> SealingCipher {
    try SealingCipher(
      RegistryKeyRing(first: (first ?? old).secret, active: active.secret, opening: opening.map(\.secret)),
      for: use)
  }

  private func fault(_ open: () throws -> [UInt8]) -> CryptoError.Reason? {
    do {
      _ = try open()
      return nil
    } catch {
      return (error as? CryptoError)?.reason
    }
  }

  @Test func rowsNameTheKeyThatSealedThem() throws {
    let sealed = try cipher(old, opening: [old]).seal(text, at: place)
    #expect(SealingID(of: sealed) == old.sealingID)
    let both = try cipher(new, opening: [old, new])
    #expect(try both.open(sealed, at: place) == text)
    let again = try both.reseal(sealed, at: place)
    #expect(SealingID(of: again) == new.sealingID)
    #expect(try both.open(again, at: place) == text)
    #expect(try cipher(new, opening: [new]).open(again, at: place) == text)
  }

  @Test func aKeyThatIsNotThereOpensNothing() throws {
    let sealed = try cipher(old, opening: [old]).seal(text, at: place)
    #expect(fault { try cipher(new, opening: [new]).open(sealed, at: place) } == .unsupported)
    #expect(fault { try cipher(new, opening: [new]).reseal(sealed, at: place) } == .unsupported)
    #expect(throws: CryptoError.self) { try cipher(new, opening: [old]) }
  }

  @Test func anotherKeysIdOpensNothing() throws {
    let both = try cipher(old, opening: [old, new])
    let sealed = try both.seal(text, at: place)
    let moved = new.sealingID.prefix + sealed.dropFirst(SealingID.prefixLength)
    #expect(fault { try both.open(moved, at: place) } == .notAuthentic)
  }

  @Test func everyByteCounts() throws {
    let cipher = try cipher(old, opening: [old, new])
    let sealed = try cipher.seal(text, at: place)
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: CryptoError.self) { try cipher.open(changed, at: place) }
    }
    for count in sealed.indices {
      #expect(throws: CryptoError.self) { try cipher.open(Array(sealed.prefix(count)), at: place) }
    }
    #expect(throws: CryptoError.self) { try cipher.open(sealed, at: place.map { $0 ^ 1 }) }
  }

  /// Rows as they were sealed before keys had ids: under the second half of a secret of 64 bytes.
  @Test func rowsOfBeforeAreTheFirstKeys() throws {
    var bytes = [UInt8](0..<64)
    let half = Array(bytes.suffix(32))
    let former = RegistryKey(secret: try RegistrySecret(taking: &bytes), lifecycle: old.lifecycle)
    let sealed = try [1] + AEADKey(half.span).seal(text.span, associated: place.span)
    #expect(SealingID(of: sealed) == .unversioned)
    let both = try cipher(new, opening: [former, new], first: former)
    #expect(try both.open(sealed, at: place) == text)
    #expect(try both.open(both.reseal(sealed, at: place), at: place) == text)
    #expect(fault { try cipher(new, opening: [new], first: former).open(sealed, at: place) } == .unsupported)
    #expect(
      fault { try cipher(new, opening: [former, new], first: new).open(sealed, at: place) } == .notAuthentic)
  }

  @Test func numbersAreHashedWithTheFirstKeyForGood() throws {
    let number = try DocumentNumber("H1234567802", type: .permit)
    let ring = { (active: RegistryKey) in
      RegistryKeyRing(
        first: old.secret, active: active.secret, opening: [old.secret, new.secret])
    }
    #expect(
      try RegistryCipher(ring(old)).documentKey(number) == RegistryCipher(ring(new)).documentKey(number))
    let other = RegistryKeyRing(first: new.secret, active: new.secret, opening: [new.secret])
    #expect(try RegistryCipher(ring(new)).documentKey(number) != RegistryCipher(other).documentKey(number))
  }
}

@Suite struct RegistryKeysTests {
  private static let lives: [(KeyLifecycle, opens: Bool, seals: Bool)] = [
    (KeyLifecycle(), false, false),
    (KeyLifecycle(published: 5), true, false),
    (KeyLifecycle(published: 5, active: 5), true, true),
    (KeyLifecycle(published: 5, active: 5, retiring: 6), true, false),
    (KeyLifecycle(published: 5, active: 5, tainted: 6), true, true),
    (KeyLifecycle(published: 5, active: 5, retiring: 6, retired: 7), false, false),
    (KeyLifecycle(published: 5, active: 5, revoked: 7), false, false),
  ]

  @Test(arguments: lives.indices) func aKeyOpensAndSealsByItsTimes(_ index: Int) throws {
    let (lifecycle, opens, seals) = Self.lives[index]
    let keys = RegistryKeys([try .fresh(), try .fresh(lifecycle)])
    let ring = try keys.ring(at: 10)
    #expect(ring.opening.contains { $0 === keys.entries[1].secret } == opens)
    #expect((ring.active === keys.entries[1].secret) == seals)
    #expect(ring.first === keys.entries[0].secret)
  }

  @Test func withoutAnActiveKeyThereIsNoRing() throws {
    let ended = KeyLifecycle(published: 1, active: 1, retiring: 2)
    #expect(throws: RegistryKeysFault.noActiveKey) { try RegistryKeys([]).ring() }
    #expect(throws: RegistryKeysFault.noActiveKey) { try RegistryKeys([.fresh(ended)]).ring(at: 3) }
  }

  @Test func whatRowsNeedStays() throws {
    let ended = KeyLifecycle(published: 1, active: 1, retiring: 2, retired: 3)
    let keys = RegistryKeys([try .fresh(ended), try .fresh()])
    let (old, new) = (keys.entries[0], keys.entries[1])
    let lost = SealingID(keyID: [UInt8](repeating: 9, count: 32))
    func ring(_ rows: [SealingID: Int], keepsNeeded: Bool = false) throws -> [RegistrySecret] {
      try keys.ring(at: 9, rows: rows, keepsNeeded: keepsNeeded).opening
    }
    #expect(try ring([new.sealingID: 7]).count == 1)
    #expect(throws: RegistryKeysFault.ended(keyID: old.secret.keyID, rows: 3)) {
      try ring([old.sealingID: 3, new.sealingID: 7])
    }
    #expect(throws: RegistryKeysFault.ended(keyID: old.secret.keyID, rows: 5)) {
      try ring([.unversioned: 4, old.sealingID: 1])
    }
    #expect(throws: RegistryKeysFault.missing(id: lost, rows: 2)) { try ring([lost: 2], keepsNeeded: true) }
    #expect(try ring([old.sealingID: 3], keepsNeeded: true).count == 2)
    #expect(keys.overdue(at: 9, rows: [old.sealingID: 3, new.sealingID: 4]) == 3)
    #expect(
      "\(RegistryKeysFault.ended(keyID: [UInt8](repeating: 9, count: 32), rows: 3))".hasPrefix("3 rows "))
  }
}
