import CPortrait
import Glibc
import PassgateSystem
import Testing

/// The second backend, with networks made here that stand in for YuNet and SFace: what finds red squares for a detector,
/// mean colours for a recogniser.
@Suite(.enabled(if: OpenCV.isBuilt, "needs a build with --traits OpenCV"))
struct EngineOpenCVTests {
  /// A face around the corner of a red square: eyes above, the nose a little to the right of their middle.
  private static let points: [(x: Float, y: Float)] = [(-16, -32), (48, -32), (24, 0), (0, 32), (32, 32)]

  private func engine(stride: Int = 32) throws -> OpenEngine {
    let detector = TinyNetworks.detector(stride: stride, side: 160, points: Self.points)
    return try OpenEngine("opencv", [("detector", detector), ("recogniser", TinyNetworks.recogniser())])
  }

  /// 640 x 480 pixels in grey with a fine pattern, so that nothing is blurred, and red squares on the grid of the cells.
  private func picture(stride: Int = 32, squaresAt places: [(x: Int, y: Int)]) throws -> [UInt8] {
    let picture = TurboJPEG.picture(640, 480) { x, y in
      if places.contains(where: { (0..<stride).contains(x - $0.x) && (0..<stride).contains(y - $0.y) }) {
        return (254, 0, 0)
      }
      let grey: UInt8 = (x / 4 + y / 4).isMultiple(of: 2) ? 90 : 150
      return (grey, grey, grey)
    }
    return try #require(picture)
  }

  @Test(
    "YuNet's outputs become a face where they say, measured and embedded as dlib's are",
    arguments: [8, 16, 32])
  func face(stride: Int) throws {
    let engine = try engine(stride: stride)
    let image = try picture(stride: stride, squaresAt: [(288, 192)])
    let look = engine.look(image)
    #expect(look.fault == PORTRAIT_NONE)
    #expect(abs(look.eyeDistance - 64) < 1)
    #expect(abs(look.roll) < 1)
    // The nose is an eighth of the distance off the middle, to the picture's right: the person's own left.
    #expect(abs(look.yaw - 14) < 2)
    #expect(look.vector.count == 48)
    let length = look.vector.reduce(0) { $0 + $1 * $1 }
    #expect(abs(length - 1) < 1e-4)
    #expect(engine.look(image) == look)
    #expect(engine.bare(image) == look.vector)
  }

  @Test("two faces are told from one and from none, and one found twice is one")
  func several() throws {
    let engine = try engine()
    #expect(engine.look(try picture(squaresAt: [(128, 192), (448, 192)])).fault == PORTRAIT_MULTIPLE_FACES)
    #expect(engine.look(try picture(squaresAt: [(288, 192), (320, 192)])).fault == PORTRAIT_NONE)
    #expect(engine.look(try picture(squaresAt: [])).fault == PORTRAIT_NO_FACE)
  }

  @Test("files that are no such networks are refused in a sentence that names the file")
  func files() throws {
    let recogniser = TinyNetworks.recogniser()
    for (detector, recogniser, name) in [
      ([1, 2, 3], recogniser, "detector"), (recogniser, recogniser, "YuNet"),
      (TinyNetworks.detector(stride: 8, side: 160, points: Self.points), [], "recogniser"),
    ] {
      let problem = try #require(throws: OpenEngine.Problem.self) {
        _ = try OpenEngine("opencv", [("detector", detector), ("recogniser", recogniser)])
      }
      #expect(problem.description.contains(name))
    }
  }

  @Test(
    "the operator's own YuNet and SFace tell persons apart",
    .enabled(if: OpenCV.models != nil, "needs PASSGATE_PORTRAIT_OPENCV_MODELS, a folder with both files"),
    .enabled(if: Faces.path != nil, Faces.needed))
  func models() throws {
    let folder = try #require(OpenCV.models)
    let engine = try OpenEngine(
      "opencv",
      [
        ("detector", try Files.read("\(folder)/face_detection_yunet_2023mar.onnx")),
        ("recogniser", try Files.read("\(folder)/face_recognition_sface_2021dec.onnx")),
      ])
    for person in ["p01", "p03", "p05"] {
      let portrait = engine.look(try Faces.picture("portrait/\(person).jp2"), as: .record)
      let live = engine.look(try Faces.picture("live/\(person).jpg"))
      let other = engine.look(try Faces.picture("live/p10.jpg"))
      #expect(portrait.fault == PORTRAIT_NONE && live.fault == PORTRAIT_NONE && other.fault == PORTRAIT_NONE)
      // SFace's README: the same person below 1.128.
      #expect(portrait.distance(to: live) < 1.128)
      #expect(portrait.distance(to: other) > 1.128)
    }
  }
}

enum OpenCV {
  /// Whether the backend is in this build.
  static let isBuilt: Bool = {
    do throws(OpenEngine.Problem) {
      _ = try OpenEngine("opencv", [])
      return true
    } catch {
      return !error.description.contains("--traits OpenCV")
    }
  }()

  /// A folder of the operator's.
  static let models: String? = unsafe getenv("PASSGATE_PORTRAIT_OPENCV_MODELS").map {
    unsafe String(cString: $0)
  }
}
