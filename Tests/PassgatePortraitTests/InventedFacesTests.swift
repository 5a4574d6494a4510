import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate_portrait

/// A calibration of nobody: no file of it is kept anywhere, so it must come out the same each time and be of some use.
@Suite struct InventedFacesTests {
  private static func invocation(_ words: [String]) throws -> CommandLine.Invocation {
    guard case .run(let invocation) = commandLine.parse(["calibrate", "invented", "--models", "m"] + words)
    else { throw SystemError(message: "usage") }
    return invocation
  }

  private static func report(backend: String = "dlib", _ words: [String] = []) throws -> CalibrationReport {
    let model = ModelManifest(
      backend: backend, files: Handmade.model.files, buildFlags: "as built", dimension: 128)
    return try InventCommand(invocation(words)).run(model, date: "2026-11-24")
  }

  @Test func itIsForDevelopmentAndSaysThatItIsInvented() throws {
    let calibration = try Self.report().outcome.calibration
    #expect(calibration.purpose == .development)
    #expect(calibration.populations.map(\.name) == ["invented"])
    #expect(calibration.scale.highest == 600)
  }

  @Test func itIsTheSameEachTime() throws { #expect(try Self.report().id == Self.report().id) }

  @Test func itIsWrittenAndRead() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("invented.calibration")
    let report = try Self.report(["--out", path])
    #expect(try CalibrationFile(Files.read(path)).calibration == report.outcome.calibration)
    #expect(throws: SystemError.self) { try Self.report(["--out", path]) }
    #expect(try Self.report(["--out", path, "--replace"]).written == path)
  }

  /// Other models have vectors of other lengths.
  @Test func anotherModelHasNoInventedFaces() {
    #expect(throws: CalibrationRefusal.self) { try Self.report(backend: "opencv") }
  }

  /// The photographs of the demonstration: three of one man, one of another.
  @Test(.enabled(if: PortraitModels.path != nil, Comment(rawValue: PortraitModels.needed)))
  func thePhotographsAreToldApart() throws {
    let engine = try #require(EngineUnderTest.shared)
    func vector(_ photograph: PortraitPhotograph) throws -> [Float] {
      engine.onRecord(try Files.read(#require(photograph.path))).vector
    }
    let calibration = try Self.report().outcome.calibration
    let record = try vector(.obamaAgain)
    for same in [PortraitPhotograph.obama, .obamaLarge] {
      #expect(calibration.score(live: try vector(same), reference: record).score == 600)
    }
    #expect(calibration.score(live: try vector(.biden), reference: record).score < 200)
  }
}
