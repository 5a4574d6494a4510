import Testing

@testable import PassgateCrypto

/// The list of hashes in EF.SOD, in its two versions and in none.
@Suite struct SecurityObjectTests {
  private static func item(_ number: [UInt8], length: Int = 32) -> [UInt8] {
    DER.sequence(DER.integer(number), DER.octetString([UInt8](repeating: 7, count: length)))
  }

  private static func object(
    version: [UInt8] = [], digest: DocumentDigest = .sha256, _ items: [[UInt8]], after: [UInt8] = []
  ) -> [UInt8] {
    DER.sequence(
      DER.integer(version), digest.algorithmIdentifier(), DER.sequence(items.flatMap(\.self)), after)
  }

  private static let info = DER.sequence(
    DER.element(0x13, Array("0108".utf8)), DER.element(0x13, Array("040000".utf8)))

  private func refusal(_ content: [UInt8]) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in _ = try SecurityObject(content) }
  }

  @Test func bothVersions() throws {
    let items = [Self.item([1]), Self.item([16])]
    let zero = try SecurityObject(Self.object(items))
    #expect(zero.hashes.keys.sorted() == [1, 16] && zero.digest == .sha256 && zero.ldsVersion == nil)
    let one = try SecurityObject(Self.object(version: [1], items, after: Self.info))
    #expect(one.hashes == zero.hashes && one.ldsVersion == "0108")
    #expect(try SecurityObject(Self.object(version: [1], items)).ldsVersion == nil)
    let long = try SecurityObject(Self.object(digest: .sha512, [Self.item([2], length: 64)]))
    #expect(long.digest == .sha512)
  }

  @Test func listsThatAreNone() {
    let good = Self.item([1])
    #expect(refusal(Self.object([good])) == nil)
    for items in [
      [good, good], [good, Self.item([2]), good], [Self.item([])], [Self.item([17])], [Self.item([1, 1])],
      [Self.item([2], length: 31)], [Self.item([2], length: 20)], [],
    ] {
      #expect(refusal(Self.object(items)) == .malformed)
    }
    #expect(refusal(Self.object(version: [2], [good])) == .unsupported)
    #expect(refusal(Self.object([good], after: Self.info)) == .malformed)
    #expect(refusal(Self.object([good]) + [0]) == .malformed)
    #expect(refusal([]) == .malformed)
  }
}
