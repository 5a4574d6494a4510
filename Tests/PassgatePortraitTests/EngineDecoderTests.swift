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

  /// All blocks are the same grey; further scans that change nothing are a few bytes each, and go over all blocks.
  @Test(
    "a progressive picture is no more work than its pixels are worth",
    arguments: [
      (1_000, 1_000, 64, true), (4_000, 3_000, 10, true), (4_000, 3_000, 11, false), (64, 64, 65, false),
    ])
  func scans(_ width: Int, _ height: Int, _ scans: Int, isRead: Bool) throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = ProgressiveGrey.picture(width, height, scans: scans)
    #expect(engine.look(image).fault == (isRead ? PORTRAIT_NO_FACE : PORTRAIT_BAD_IMAGE))
  }

  /// Decoders skip a restart marker alone; a reader that takes a length from behind it sees other scans than they do.
  @Test(
    "a marker without a length has no place between segments", arguments: [UInt8(0xD0), 0xD7, 0xD8, 0xD9])
  func bareMarker(_ marker: UInt8) throws {
    let engine = try #require(EngineUnderTest.shared)
    // Taken for the marker's length, the comment's own marker leads to where the comment ends.
    let text = [UInt8](repeating: 0, count: 0xFFFE - 4)
    let comment = [0xFF, 0xFE, 0xFF, 0xFC] + text
    let image = ProgressiveGrey.picture(64, 64, scans: 1, behindStart: [0xFF, marker] + comment)
    #expect(engine.look(image).fault == PORTRAIT_BAD_IMAGE)
    #expect(engine.look(ProgressiveGrey.picture(64, 64, scans: 1)).fault == PORTRAIT_NO_FACE)
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

  /// The limits of precincts are those of the common style, which a component's or a tile's own would take the place of: of
  /// 1 x 1 pixels they cost 600 MB.
  @Test("a codestream has one style for all of it", arguments: ["component", "tile"])
  func styles(_ of: String) throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = try Faces.picture("portrait/p01.jp2")
    let start = try #require(image.firstRange(of: [0xFF, 0x4F, 0xFF, 0x51] as [UInt8])?.lowerBound)
    var stream = Array(image[start...])
    #expect(engine.look(stream, as: .record).fault == PORTRAIT_NONE)
    let style = try #require(stream.firstRange(of: [0xFF, 0x52] as [UInt8])?.lowerBound)
    let tile = try #require(stream.firstRange(of: [0xFF, 0x90] as [UInt8])?.lowerBound)
    if of == "component" {
      stream.insert(contentsOf: [0xFF, 0x53, 0, 9, 0, 0] + stream[style + 9..<style + 14], at: tile)
    } else {
      let common = Array(stream[style..<style + 14])
      let size = stream[tile + 6..<tile + 10].reduce(0) { $0 << 8 | UInt32($1) } + UInt32(common.count)
      stream.replaceSubrange(
        tile + 6..<tile + 10, with: (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) })
      stream.insert(contentsOf: common, at: tile + 12)
    }
    #expect(engine.look(stream, as: .record).fault == PORTRAIT_BAD_IMAGE)
  }

  @Test("a codestream without some of its tiles is no whole picture")
  func missingTiles() throws {
    let engine = try #require(EngineUnderTest.shared)
    var image = try Faces.picture("portrait/p01.jp2")
    let size = try #require(image.firstRange(of: [0xFF, 0x51] as [UInt8])?.lowerBound)
    // Twice as wide in two tiles, of which the second is not there.
    let width = image[size + 6..<size + 10].reduce(0) { $0 << 8 | Int($1) } * 2
    image.replaceSubrange(size + 6..<size + 10, with: [0, 0, UInt8(width >> 8), UInt8(width & 0xFF)])
    #expect(engine.look(image, as: .record).fault == PORTRAIT_BAD_IMAGE)
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

/// A progressive JPEG (T.81, G) of even grey: one scan of the mean of each block, then one for each further frequency,
/// all zero.
enum ProgressiveGrey {
  /// - Parameter scans: to 64; one more repeats the last.
  static func picture(_ width: Int, _ height: Int, scans: Int, behindStart extra: [UInt8] = []) -> [UInt8] {
    let blocks = (width + 7) / 8 * ((height + 7) / 8)
    let frame = [8] + two(height) + two(width) + [1, 1, 0x11, 0]
    // The mean does not change: code 0. No block has anything: code 0 and 14 bits for 16,384 blocks and more, 10 for one.
    let tables =
      segment(0xDB, [0] + [UInt8](repeating: 1, count: 64)) + segment(0xC2, frame)
      + segment(0xC4, [0x00, 1] + [UInt8](repeating: 0, count: 15) + [0])
      + segment(0xC4, [0x10, 1, 1] + [UInt8](repeating: 0, count: 14) + [0xE0, 0])
    let means = segment(0xDA, [1, 1, 0, 0, 0, 0]) + [UInt8](repeating: 0, count: (blocks + 7) / 8)
    let empty = runs(of: blocks)
    let rest = (1..<max(scans, 1)).flatMap { scan in
      segment(0xDA, [1, 1, 0, UInt8(min(scan, 63)), UInt8(min(scan, 63)), 0]) + empty
    }
    return [0xFF, 0xD8] + extra + tables + means + rest + [0xFF, 0xD9]
  }

  private static func two(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

  private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker] + two(content.count + 2) + content
  }

  private static func runs(of blocks: Int) -> [UInt8] {
    var (bits, left) = ([UInt8](), blocks)
    while left >= 16_384 {
      let run = min(left, 32_767)
      bits += [0] + (0..<14).reversed().map { UInt8((run - 16_384) >> $0 & 1) }
      left -= run
    }
    for _ in 0..<left { bits += [1, 0] }
    bits += [UInt8](repeating: 1, count: (8 - bits.count % 8) % 8)
    return stride(from: 0, to: bits.count, by: 8).flatMap { start -> [UInt8] in
      let byte = bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
      return byte == 0xFF ? [byte, 0] : [byte]
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
