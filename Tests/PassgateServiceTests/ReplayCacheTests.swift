import PassgateDomain
import Testing

@testable import PassgateService

/// Pictures that come again: the same bytes, nearly the same picture, for how long and how many.
@Suite struct ReplayCacheTests {
  private static let hour: UInt64 = 3_600_000_000_000
  private static let blank = [UInt8](repeating: 0x5A, count: 32)

  private static func pictures(_ number: UInt8, hash: [UInt8]? = nil, document: UInt8 = 1) -> SentPictures {
    SentPictures(
      digests: [[UInt8](repeating: number, count: 32)], hash: hash,
      document: [UInt8](repeating: document, count: 32))
  }

  /// The hash with its first bits turned over.
  private static func hash(turned bits: Int) -> [UInt8] {
    var hash = blank
    for bit in 0..<bits { hash[bit / 8] ^= 1 << UInt8(bit % 8) }
    return hash
  }

  @Test func theSameBytesAreKnownWhoeverSendsThem() throws {
    var cache = try ReplayCache()
    #expect(!cache.isReplay(Self.pictures(1), now: 0))
    // Nothing is noted by asking: a call that failed is sent again.
    #expect(!cache.isReplay(Self.pictures(1), now: 0))
    cache.note(Self.pictures(1), now: 0)
    #expect(cache.isReplay(Self.pictures(1), now: 0))
    #expect(cache.isReplay(Self.pictures(1, document: 2), now: 0))
    #expect(!cache.isReplay(Self.pictures(2), now: 0))
  }

  @Test func whatIsForgottenIsNew() throws {
    var cache = try ReplayCache()
    let (first, second) = (Self.pictures(1, hash: Self.blank), Self.pictures(2, hash: Self.hash(turned: 128)))
    cache.note(first, now: 0)
    cache.note(second, now: 0)
    cache.forget(first)
    #expect(!cache.isReplay(first, now: 0))
    #expect(!cache.isReplay(Self.pictures(3, hash: Self.blank), now: 0))
    #expect(cache.isReplay(second, now: 0))
    #expect(cache.isReplay(Self.pictures(3, hash: Self.hash(turned: 128)), now: 0))
    #expect(cache.count == (1, 1))
    cache.forget(first)
    #expect(cache.count == (1, 1))
  }

  @Test func aFrameThatComesAgainIsKnown() throws {
    var cache = try ReplayCache()
    var challenge = Self.pictures(1)
    challenge.digests += [[7], [8], [9]]
    cache.note(challenge, now: 0)
    for frame in [[7], [8], [9]] as [[UInt8]] {
      var other = Self.pictures(2)
      other.digests.append(frame)
      #expect(cache.isReplay(other, now: 0))
    }
  }

  @Test(arguments: [0, 1, 10, 11, 128, 256])
  func nearlyTheSamePictureIsKnownForItsDocumentAlone(_ bits: Int) throws {
    var cache = try ReplayCache()
    cache.note(Self.pictures(1, hash: Self.blank), now: 0)
    let near = Self.hash(turned: bits)
    #expect(cache.isReplay(Self.pictures(2, hash: near), now: 0) == (bits <= PictureHash.limit))
    #expect(!cache.isReplay(Self.pictures(2, hash: near, document: 2), now: 0))
    #expect(!cache.isReplay(Self.pictures(2), now: 0))
  }

  @Test func aDayIsRemembered() throws {
    var cache = try ReplayCache()
    cache.note(Self.pictures(1, hash: Self.blank), now: 0)
    cache.note(Self.pictures(2), now: 3 * Self.hour)
    for number in [1, 2] as [UInt8] { #expect(cache.isReplay(Self.pictures(number), now: 24 * Self.hour)) }
    #expect(cache.isReplay(Self.pictures(3, hash: Self.blank), now: 24 * Self.hour))
    for number in [1, 2] as [UInt8] { #expect(!cache.isReplay(Self.pictures(number), now: 28 * Self.hour)) }
    #expect(!cache.isReplay(Self.pictures(3, hash: Self.blank), now: 28 * Self.hour))
    cache.note(Self.pictures(4), now: 28 * Self.hour)
    #expect(cache.count.exact == 1)
  }

  /// The oldest go first, a slice at a time, and what is held is bounded.
  @Test func theOldestAreForgottenBeyondTheBounds() throws {
    var limits = ReplayCache.Limits()
    (limits.exact.ofSlice, limits.exact.slices) = (4, 3)
    (limits.perceptual.ofSlice, limits.perceptual.slices) = (2, 3)
    var cache = try ReplayCache(limits: limits)
    for number in 0..<100 as Range<UInt8> {
      cache.note(Self.pictures(number, hash: Self.blank, document: number), now: UInt64(number))
      #expect(cache.count.exact <= 12 && cache.count.perceptual <= 6)
      for recent in (number - min(number, 8))...number {
        #expect(cache.isReplay(Self.pictures(recent), now: 100))
      }
    }
    #expect(!cache.isReplay(Self.pictures(80), now: 100))
    #expect(cache.isReplay(Self.pictures(200, hash: Self.blank, document: 99), now: 100))
    #expect(!cache.isReplay(Self.pictures(200, hash: Self.blank, document: 80), now: 100))
  }

  /// Two caches hold nothing alike of the same picture.
  @Test func eachCacheHasAKeyOfItsOwn() throws {
    let caches = [try ReplayCache(), try ReplayCache()].map { cache in
      var cache = cache
      cache.note(Self.pictures(1, hash: Self.blank), now: 0)
      return "\(Mirror(reflecting: cache).children.map { "\($0.value)" })"
    }
    #expect(caches[0] != caches[1])
  }
}
