import CPortrait
import PassgateSystem
import PassgateTestKit
import Testing

/// Pictures turned, cut short and changed: what the decoders make of them.
@Suite(
  .enabled(if: Faces.path != nil, Faces.needed),
  .enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)))
struct EngineDecoderTests {
  @Test("a picture stored in any of EXIF's orientations is turned upright", arguments: 1...8)
  func orientation(_ orientation: UInt8) throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = try Faces.picture("live/p01.jpg")
    let upright = engine.look(image)
    let stored = try #require(TurboJPEG.stored(image, for: orientation))
    for bigEndian in [true, false] {
      let look = engine.look(Exif.naming(orientation, bigEndian: bigEndian, in: stored))
      #expect(look.fault == PORTRAIT_NONE)
      #expect(look.width == 640 && look.height == 480)
      #expect(look.bits(from: upright) <= 4)
      #expect(look.distance(to: upright) < 0.1)
    }
  }

  @Test("an orientation that cannot be read is none")
  func orientationOutOfPlace() throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = try Faces.picture("live/p01.jpg")
    let plain = engine.look(image)
    for value: UInt8 in [0, 9, 255] {
      #expect(engine.look(Exif.naming(value, bigEndian: true, in: image)) == plain)
    }
    // The directory is said to lie beyond the end, and to have more entries than there is room for.
    for (offset, value) in [(4, 0xFF), (8, 0xFF)] {
      #expect(engine.look(Exif.naming(6, bigEndian: true, in: image, spoiling: (offset, value))).width > 0)
    }
  }

  @Test("a mirrored picture is of one whose head is turned to the other side")
  func yaw() throws {
    let engine = try #require(EngineUnderTest.shared)
    for (name, side) in [("lfw250/p02_1.jpg", Float(1)), ("lfw250/p09_1.jpg", -1)] {
      let image = try Faces.picture(name)
      let look = engine.look(image, as: .record)
      let mirrored = engine.look(try #require(TurboJPEG.stored(image, for: 2)), as: .record)
      #expect(look.yaw * side > 20 && look.yaw * side < 70)
      #expect(abs(look.yaw + mirrored.yaw) < 12)
      #expect(abs(look.roll + mirrored.roll) < 8)
    }
  }

  @Test(
    "no part of a picture counts as the whole",
    arguments: ["live/p01.jpg", "portrait/p01.jpg", "portrait/p01.jp2"])
  func truncated(_ name: String) throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = try Faces.picture(name)
    let lengths = Array(stride(from: 0, to: image.count, by: 101)) + Array(image.count - 64..<image.count)
    for length in lengths {
      #expect(
        engine.look(Array(image.prefix(length))).fault == PORTRAIT_BAD_IMAGE, "\(length) of \(image.count)")
    }
  }

  @Test("bytes behind a JPEG's end are nobody's picture, more than 4 MiB are none")
  func surroundings() throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = try Faces.picture("live/p01.jpg")
    #expect(engine.look(image + [1, 2, 3]).vector == engine.look(image).vector)
    let filler = [UInt8](repeating: 0, count: 4 << 20)
    #expect(engine.look(image + filler).fault == PORTRAIT_BAD_IMAGE)
    #expect(engine.look([]).fault == PORTRAIT_BAD_IMAGE)
    #expect(engine.look(filler).fault == PORTRAIT_BAD_IMAGE)
  }

  /// Bytes of the headers of a JPEG 2000 codestream by their place behind SIZ (0x51) or COD (0x52), and what they must
  /// not say.
  @Test(
    "a codestream beyond the limits is refused",
    arguments: [
      ("width", 0x51, [6: 9]), ("offset", 0x51, [17: 1]), ("no tile", 0x51, [25: 0]),
      ("many tiles", 0x51, [25: 1, 28: 0, 29: 1]), ("components", 0x51, [39: 4]),
      ("precision", 0x51, [40: 40]),
      ("subsampling", 0x51, [41: 2]), ("layers", 0x52, [6: 2]), ("levels", 0x52, [9: 33]),
    ])
  func codestream(_ field: String, marker: UInt8, changes: [Int: UInt8]) throws {
    let engine = try #require(EngineUnderTest.shared)
    var image = try Faces.picture("portrait/p01.jp2")
    let start = try #require(
      image.indices.dropLast().first { image[$0] == 0xFF && image[$0 + 1] == marker })
    for (offset, value) in changes { image[start + offset] = value }
    #expect(engine.look(image).fault == PORTRAIT_BAD_IMAGE)
  }

  @Test("pictures changed at random neither stop the engine nor hold it up")
  func mutated() throws {
    let engine = try #require(EngineUnderTest.shared)
    var random = SystemRandomNumberGenerator()
    for name in ["portrait/p01.jpg", "portrait/p01_small.jp2"] {
      let image = try Faces.picture(name)
      for _ in 0..<25 {
        var changed = image
        for _ in 0..<4 {
          changed[Int.random(in: changed.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
        let look = engine.look(changed)
        #expect((look.fault == PORTRAIT_NONE) == !look.vector.isEmpty)
      }
    }
  }
}

/// An APP1 segment that names an orientation (EXIF 2.3, 4.5.4 and 4.6).
enum Exif {
  static func naming(
    _ orientation: UInt8, bigEndian: Bool, in image: [UInt8], spoiling: (offset: Int, value: Int)? = nil
  ) -> [UInt8] {
    func two(_ value: UInt8) -> [UInt8] { bigEndian ? [0, value] : [value, 0] }
    func four(_ value: UInt8) -> [UInt8] { bigEndian ? [0, 0, 0, value] : [value, 0, 0, 0] }
    let entry = (bigEndian ? [0x01, 0x12] : [0x12, 0x01]) + two(3) + four(1) + two(orientation) + [0, 0]
    var tiff = Array((bigEndian ? "MM" : "II").utf8) + two(42) + four(8) + two(1) + entry + four(0)
    if let spoiling { tiff[spoiling.offset] = UInt8(spoiling.value) }
    let segment = Array("Exif".utf8) + [0, 0] + tiff
    let length = segment.count + 2
    return image.prefix(2) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + segment
      + image.dropFirst(2)
  }
}
