import CPortrait
import PassgateSystem
import PassgateTestKit
import Testing

/// Pictures that are refused rather than compared badly, each for its reason.
@Suite(
  .enabled(if: Faces.path != nil, Faces.needed),
  .enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)))
struct EngineQualityTests {
  /// A row of the set's README: a picture, and the faults of which it may give any.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let faults: [Int]
    var testDescription: String { name }

    init(_ name: String, _ faults: Int...) {
      self.name = name
      self.faults = faults
    }
  }

  static let cases = [
    Case("ok.jpg", PORTRAIT_NONE),
    Case("gray.jpg", PORTRAIT_NONE),
    Case("exif_orientation_6.jpg", PORTRAIT_NONE),
    Case("no_face.jpg", PORTRAIT_NO_FACE),
    Case("two_faces.jpg", PORTRAIT_MULTIPLE_FACES),
    Case("too_small.jpg", PORTRAIT_TOO_SMALL, PORTRAIT_NO_FACE),
    Case("blurred.jpg", PORTRAIT_BLURRED),
    Case("dark.jpg", PORTRAIT_TOO_DARK),
    Case("overexposed.jpg", PORTRAIT_OVEREXPOSED, PORTRAIT_MULTIPLE_FACES),
    Case("mask.jpg", PORTRAIT_OCCLUDED, PORTRAIT_NO_FACE),
    Case("shades.jpg", PORTRAIT_OCCLUDED),
    Case("turned_90.jpg", PORTRAIT_NO_FACE, PORTRAIT_NONE),
    Case("truncated.jpg", PORTRAIT_BAD_IMAGE),
    Case("truncated.jp2", PORTRAIT_BAD_IMAGE),
    Case("junk.jpg", PORTRAIT_BAD_IMAGE),
    Case("subsampled.jp2", PORTRAIT_BAD_IMAGE),
    Case("bomb_65500.jpg", PORTRAIT_BAD_IMAGE),
    Case("bomb_60000.jp2", PORTRAIT_BAD_IMAGE),
  ]

  @Test("each defect gives its reason, and a vector only where there is none", arguments: cases)
  func defect(_ defect: Case) throws {
    let look = try #require(EngineUnderTest.shared).look(try Faces.picture("quality/\(defect.name)"))
    #expect(defect.faults.contains(look.fault))
    #expect(look.vector.count == (look.fault == 0 ? 128 : 0))
    #expect((look.width == 0) == (look.fault == PORTRAIT_BAD_IMAGE))
  }

  @Test("there are as many defects as the set has")
  func complete() throws {
    let present = try Files.list("\(#require(Faces.path))/quality")
    #expect(Set(present) == Set(Self.cases.map(\.name)))
  }

  @Test(
    "a picture that claims to be huge is refused from its header: at once and without memory",
    arguments: ["bomb_65500.jpg", "bomb_60000.jp2"])
  func bomb(_ name: String) throws {
    let engine = try #require(EngineUnderTest.shared)
    let image = try Faces.picture("quality/\(name)")
    let before = try peakMemory()
    // The best of some: others use the machine, too.
    let best = (0..<5).map { _ in ContinuousClock().measure { _ = engine.look(image) } }.min()
    #expect(try #require(best) < .milliseconds(10))
    #expect(try peakMemory() - before < 8 << 10)
  }

  @Test("a portrait on record may be poorer than a picture taken just now, for nobody can take it again")
  func record() throws {
    let engine = try #require(EngineUnderTest.shared)
    let profile = try Faces.picture("portrait/p02.jp2")
    #expect(engine.look(profile).fault == PORTRAIT_OCCLUDED)
    #expect(engine.look(profile, as: .record).fault == 0)
    #expect(engine.look(try Faces.picture("quality/no_face.jpg"), as: .record).fault == PORTRAIT_NO_FACE)
  }

  /// Of this process, in kilobytes: it never falls.
  private func peakMemory() throws -> Int {
    let status = String(decoding: try Files.read("/proc/self/status"), as: UTF8.self)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.dropFirst(6).filter(\.isNumber)))
  }
}

/// What the engine says when it cannot begin.
struct EngineOpeningTests {
  @Test(
    "an engine that cannot begin names the file or the backend",
    arguments: [
      ("dlib", [], "\"landmarks\" is missing"), ("dlib", [("landmarks", [1, 2, 3])], "\"landmarks\""),
      ("sdk", [], "backend"),
    ] as [(String, [OpenEngine.File], String)])
  func problem(_ backend: String, files: [OpenEngine.File], _ part: String) throws {
    let problem = try #require(throws: OpenEngine.Problem.self) { _ = try OpenEngine(backend, files) }
    #expect(problem.description.contains(part))
  }

  @Test(
    "a model cut short is refused at once",
    .enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)))
  func cutShort() throws {
    let models = try #require(PortraitModels.path)
    let landmarks = try Files.read("\(models)/shape_predictor_5_face_landmarks.dat")
    let descriptor = try Files.read("\(models)/dlib_face_recognition_resnet_model_v1.dat")
    let problem = try #require(throws: OpenEngine.Problem.self) {
      _ = try OpenEngine(
        "dlib", [("landmarks", landmarks), ("descriptor", Array(descriptor.prefix(1 << 20)))])
    }
    #expect(problem.description.contains("\"descriptor\""))
  }

  @Test("the build and the linear algebra that is bound have names")
  func names() {
    let flags = unsafe String(cString: portrait_build_flags())
    #expect(["avx2 fma", "baseline"].contains(flags))
    let path = unsafe String(cString: portrait_linear_algebra_path())
    #expect(path.hasPrefix("/"))
    if let name = unsafe portrait_linear_algebra() {
      #expect(unsafe String(cString: name).hasPrefix("OpenBLAS 0."))
    } else {
      #expect(!path.contains("openblas"))
    }
  }
}
