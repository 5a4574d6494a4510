import Glibc
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

@testable import passgate_portrait

/// The development calibration, made of the test pictures once for all tests, and what it does to their pairs.
struct DevelopmentCalibration: Sendable {
  let calibration: CalibrationReport
  let measurement: MeasurementReport

  static let shared = Result { try DevelopmentCalibration() }

  private init() throws {
    let folder = try TemporaryDirectory()
    let faces = try #require(Faces.path)
    try Self.link(faces, into: folder)
    let out = folder.path("calibration")
    calibration = try CalibrateCommand(
      Self.invocation([
        "calibrate", "--models", "m", "--cohort", "\(faces)/cohort", "--population",
        "east-asian=\(folder.path("east-asian"))", "--impostors", folder.path("others"), "--development",
        "--out", out,
      ])
    ).run(Self.model, date: "2026-11-24", embed: Self.embed)
    measurement = try MeasureCommand(
      Self.invocation([
        "measure", "--models", "m", "--calibration", out, "--pairs", "\(faces)/pairs.tsv", "--pictures",
        faces,
        "--records",
      ])
    ).run(Self.model, embed: Self.embed)
  }

  /// As Tools/portrait-calibration does.
  private static func link(_ faces: String, into folder: TemporaryDirectory) throws {
    for name in ["east-asian", "others"] { try Files.createDirectory(folder.path(name)) }
    for source in ["cohort", "group", "lfw250"] {
      for name in try Files.list("\(faces)/\(source)") {
        let group = name.hasPrefix("g") || (source == "cohort" && name < "c061") ? "east-asian" : "others"
        try #require(unsafe symlink("\(faces)/\(source)/\(name)", folder.path("\(group)/\(name)")) == 0)
      }
    }
  }

  private static func invocation(_ words: [String]) throws -> CommandLine.Invocation {
    guard case .run(let invocation) = commandLine.parse(words) else { throw SystemError(message: "usage") }
    return invocation
  }

  /// The engine's own tests hold its files against their digests.
  private static let model = ModelManifest(
    backend: "dlib", files: Handmade.model.files, buildFlags: "as built", dimension: 128)

  private static func embed(_ picture: [UInt8], _ role: PictureRole) -> FaceFinding {
    guard let look = EngineUnderTest.shared?.onRecord(picture) else {
      return FaceFinding(fault: .badImage, vector: [], pictureHash: [], yaw: 0)
    }
    return FaceFinding(
      fault: PortraitFault(rawValue: UInt8(look.fault)), vector: look.vector, pictureHash: look.hash,
      yaw: look.yaw)
  }
}

extension EngineUnderTest {
  private static let records = Mutex<[[UInt8]: Look]>([:])

  /// A look at a picture on record, taken once for all tests.
  func onRecord(_ image: [UInt8]) -> Look {
    Self.records.withLock { known in
      if let look = known[image] { return look }
      let look = look(image, as: .record)
      known[image] = look
      return look
    }
  }
}

/// The figures that the test pictures' own README expects, and that ours tells.
@Suite(
  .enabled(if: Faces.path != nil, Faces.needed),
  .enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)))
struct AccuracyTests {
  private let development: DevelopmentCalibration

  init() throws { development = try DevelopmentCalibration.shared.get() }

  /// Errors at a score, at most.
  struct Limit: Sendable, CustomTestStringConvertible {
    let kind: String
    let score: Int
    let falseMatches: Int
    let different: Int
    let falseNonMatches: Int
    let same: Int
    var testDescription: String { "\(kind) at \(score)" }
  }

  static let limits: [Limit] = [
    Limit(kind: "document", score: 400, falseMatches: 0, different: 90, falseNonMatches: 0, same: 10),
    Limit(kind: "document", score: 600, falseMatches: 0, different: 90, falseNonMatches: 0, same: 10),
    Limit(kind: "document-5k", score: 400, falseMatches: 0, different: 12, falseNonMatches: 0, same: 4),
    Limit(kind: "document-5k", score: 600, falseMatches: 0, different: 12, falseNonMatches: 0, same: 4),
    Limit(kind: "document-jpeg", score: 400, falseMatches: 0, different: 12, falseNonMatches: 0, same: 4),
    Limit(kind: "document-jpeg", score: 600, falseMatches: 0, different: 12, falseNonMatches: 0, same: 4),
    Limit(kind: "photo", score: 400, falseMatches: 1, different: 166, falseNonMatches: 1, same: 60),
    Limit(kind: "photo", score: 600, falseMatches: 0, different: 166, falseNonMatches: 4, same: 60),
    Limit(kind: "group", score: 400, falseMatches: 4, different: 406, falseNonMatches: 0, same: 29),
    Limit(kind: "group", score: 600, falseMatches: 0, different: 406, falseNonMatches: 5, same: 29),
  ]

  @Test("no kind of pair errs more often than the set's README says", arguments: limits)
  func errs(_ limit: Limit) throws {
    let kind = try #require(development.measurement.measurement.kinds.first { $0.name == limit.kind })
    let line = try #require(kind.lines.first { $0.score == limit.score })
    #expect(kind.refused == 0)
    #expect(line.falseMatches.tries == limit.different && line.falseNonMatches.tries == limit.same)
    #expect(line.falseMatches.errors <= limit.falseMatches)
    #expect(line.falseNonMatches.errors <= limit.falseNonMatches)
  }

  @Test func takesEveryPictureAndMarksItsOrigin() {
    let calibration = development.calibration.outcome.calibration
    #expect(development.calibration.unusable.isEmpty && development.measurement.unusable.isEmpty)
    #expect(calibration.purpose == .development)
    #expect(calibration.cohort.vectors.count == 120)
    #expect(
      calibration.populations == [
        Calibration.Population(name: "everyone", people: 159, pairs: 12_561),
        Calibration.Population(name: "east-asian", people: 89, pairs: 3_916),
      ])
    #expect(calibration.scale.highest == 600)
  }

  @Test("lines of these few people are near those of thousands")
  func knots() {
    let measuredOnce = [200: -0.75, 300: -1.83, 400: -2.75, 500: -3.62, 600: -4.37]
    for knot in development.calibration.outcome.calibration.scale.knots.dropFirst() {
      #expect(abs(knot.z - measuredOnce[knot.score, default: 0]) < 0.4)
    }
  }

  @Test("people whom dlib's own threshold takes for one are told apart")
  func groupIsFair() throws {
    let calibration = development.calibration.outcome.calibration
    let pairs = try PairsFile(Faces.picture("pairs.tsv"), "pairs.tsv").pairs
    var below = 0
    for pair in pairs where pair.kind == "group" && !pair.isSame {
      let engine = try #require(EngineUnderTest.shared)
      let looks = try [pair.live, pair.reference].map { engine.onRecord(try Faces.picture($0)) }
      let (distance, score) = calibration.score(live: looks[0].vector, reference: looks[1].vector)
      if distance < 0.6 { below += 1 }
      #expect(score < 600)
    }
    #expect(below == 174)
  }
}
