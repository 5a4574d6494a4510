import PassgateWire
import Testing

@Suite struct FrameReaderTests {
  private static let payloads = [filled(1, 1), filled(5, 2), filled(300, 3), filled(2, 4)]
  private static let stream = payloads.flatMap(framed)

  private static func framed(_ payload: [UInt8]) -> [UInt8] { prefix(UInt32(payload.count)) + payload }

  private static func prefix(_ length: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
  }

  private func read(_ parts: [ArraySlice<UInt8>]) throws -> [[UInt8]] {
    var reader = FrameReader()
    var frames: [[UInt8]] = []
    for part in parts {
      reader.append(part.span)
      while let frame = try reader.next(limit: 300) { frames.append(frame) }
    }
    #expect(!reader.isPartial)
    return frames
  }

  @Test func everyCutInThreeGivesTheSameFrames() throws {
    let stream = Self.stream
    for first in stream.indices {
      for second in stride(from: first, to: stream.count, by: 29) {
        #expect(try read([stream[..<first], stream[first..<second], stream[second...]]) == Self.payloads)
      }
    }
  }

  @Test func bytesOneByOneGiveTheSameFrames() throws {
    #expect(try read(Self.stream.indices.map { Self.stream[$0...$0] }) == Self.payloads)
  }

  @Test func manyFramesInOnePieceAreAllThere() throws {
    let many = Array(repeatElement(Self.stream, count: 100).joined())
    #expect(try read([many[...]]).count == 100 * Self.payloads.count)
  }

  @Test(
    arguments: [
      (0, FrameError.empty), (65_537, .tooLarge(announced: 65_537)),
      (0xFFFF_FFFF, .tooLarge(announced: 0xFFFF_FFFF)),
    ] as [(UInt32, FrameError)])
  func aForbiddenLengthIsRefusedAsSoonAsItIsAnnounced(_ length: UInt32, _ error: FrameError) {
    var reader = FrameReader()
    reader.append(Self.prefix(length).span)
    for _ in 0..<2 {
      #expect(throws: error) { try reader.next(limit: 65_536) }
    }
  }

  @Test func theLimitItselfIsAllowed() throws {
    let payload = filled(65_536)
    var reader = FrameReader()
    reader.append(Self.framed(payload).span)
    #expect(try reader.next(limit: 65_536) == payload)
  }

  @Test func aFrameBeforeAForbiddenOneIsStillGiven() throws {
    var reader = FrameReader()
    reader.append((Self.framed([9]) + Self.prefix(301)).span)
    #expect(try reader.next(limit: 300) == [9])
    #expect(throws: FrameError.tooLarge(announced: 301)) { try reader.next(limit: 300) }
  }

  @Test func theLimitMayRiseBetweenFrames() throws {
    var reader = FrameReader()
    reader.append((Self.framed([9]) + Self.framed(filled(200))).span)
    #expect(try reader.next(limit: 100) == [9])
    #expect(try reader.next(limit: 200) == filled(200))
  }

  @Test func memoryFollowsTheBytesReceived() throws {
    var reader = FrameReader()
    reader.append(Self.prefix(1_000_000).span)
    #expect(try reader.next(limit: 1_114_112) == nil)
    #expect(reader.bufferedCount == 4)
    #expect(reader.isPartial)
  }

  @Test func aFrameIsWrittenBehindItsLength() throws {
    let frame = Frame(callID: 1, kind: .request(Samples.request))
    let bytes = frameBytes(frame)
    var reader = FrameReader()
    reader.append(bytes.span)
    let payload = try #require(try reader.next(limit: 65_536))
    #expect(bytes.count == payload.count + 4)
    #expect(payload == frame.encoded())
    #expect(try Frame(decoding: payload.span) == frame)
  }
}
