import Glibc
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate_portrait

/// Faces in two dimensions, and pictures that are two numbers.
enum Faces2D {
  static func face(_ person: String, _ x: Float, _ y: Float = 0, path: String? = nil) -> Face {
    Face(person: person, path: path ?? "\(person).jpg", vector: [x, y])
  }

  /// Spread over a spiral, so that no two distances are equal.
  static func crowd(_ count: Int, prefix: String, from start: Double = 0) -> [Face] {
    (0..<count).map { index in
      let angle = start + Double(index) * 2.399
      let radius = Double(index).squareRoot() + 1
      let (sine, cosine) = unitVector(angle)
      return face("\(prefix)\(index)", Float(radius * cosine), Float(radius * sine))
    }
  }

  /// Sine and cosine by Taylor's series, of which only the spread matters.
  private static func unitVector(_ angle: Double) -> (Double, Double) {
    let turns = (angle / 6.283185307179586).rounded()
    let x = angle - turns * 6.283185307179586
    var (sine, cosine, term) = (0.0, 0.0, 1.0)
    for power in 0..<24 {
      switch power % 4 {
      case 0: cosine += term
      case 1: sine += term
      case 2: cosine -= term
      default: sine -= term
      }
      term *= x / Double(power + 1)
    }
    return (sine, cosine)
  }

  static func calibrator(
    _ purpose: Calibration.Purpose = .operator, cohort: Int = 60, people: Int = 90, extra: [Face] = []
  ) -> Calibrator {
    Calibrator(
      purpose: purpose, model: Handmade.model, date: "2026-11-24", neighbours: 30,
      cohort: crowd(cohort, prefix: "c"),
      populations: [("everyone", crowd(people, prefix: "p", from: 1) + extra)])
  }
}

struct CalibratorTests {
  @Test func holdsTheRateItClaims() throws {
    let calibrator = Faces2D.calibrator()
    let calibration = try calibrator.run().calibration
    #expect(calibration.scale.highest == 600)
    #expect(try CalibrationFile(calibration.file).calibration == calibration)
    let faces = calibrator.populations[0].faces
    var reached: [Int: Int] = [:]
    var pairs = 0
    for second in faces.indices {
      for first in 0..<second {
        pairs += 1
        let score = calibration.score(live: faces[first].vector, reference: faces[second].vector).score
        for knot in ScoreScale.scores where score >= knot { reached[knot, default: 0] += 1 }
      }
    }
    #expect(pairs == calibration.populations[0].pairs)
    // 4005 pairs: 10^-1, 10^-1.5 ... 10^-3 of them, and as many as that.
    #expect(ScoreScale.scores.map { reached[$0, default: 0] } == [400, 126, 40, 12, 4, 0, 0, 0, 0])
  }

  @Test func takesTheStricterOfAllPopulations() throws {
    let loose = Faces2D.crowd(90, prefix: "p", from: 1)
    // Nearer to one another than anybody is to the cohort: a group whom the model thinks alike.
    let alike = loose.map {
      Face(person: "q" + $0.person, path: "q" + $0.path, vector: [$0.vector[0] / 9 + 40, $0.vector[1] / 9])
    }
    func knots(_ populations: [(name: String, faces: [Face])]) throws -> [Double] {
      try Calibrator(
        purpose: .operator, model: Handmade.model, date: "2026-11-24", neighbours: 30,
        cohort: Faces2D.crowd(60, prefix: "c"), populations: populations
      ).run().calibration.scale.knots.dropFirst().map(\.z)
    }
    let (one, other) = (try knots([("one", loose)]), try knots([("other", alike)]))
    #expect(one != other)
    #expect(try knots([("one", loose), ("other", alike)]) == zip(one, other).map(min))
  }

  @Test func claimsNoMoreThanTheSmallestPopulation() throws {
    let calibration = try Calibrator(
      purpose: .development, model: Handmade.model, date: "2026-11-24", neighbours: 30,
      cohort: Faces2D.crowd(60, prefix: "c"),
      populations: [
        ("everyone", Faces2D.crowd(200, prefix: "p", from: 1)),
        ("few", Faces2D.crowd(26, prefix: "f", from: 2)),
      ]
    ).run().calibration
    #expect(calibration.scale.knots.map(\.score) == [0, 200, 300, 400])
    #expect(calibration.score(live: [9, 9], reference: [9, 9]).score <= 400)
  }

  @Test func leavesThePeopleOfAPairOutOfTheCohort() throws {
    let cohort = Faces2D.crowd(60, prefix: "c")
    let others = Faces2D.crowd(90, prefix: "p", from: 1)
    let named = NamedCohort(faces: cohort, neighbours: 30)
    let comparison = FaceComparison([cohort[3], cohort[4], others[5]], named)
    let without = { (people: Set<String>, face: Face) throws -> Surroundings in
      let vectors = cohort.filter { !people.contains($0.person) }.map(\.vector)
      return try #require(Cohort(vectors: vectors, neighbours: 30).surroundings(of: face.vector))
    }
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      let (one, other) = (comparison.faces[first], comparison.faces[second])
      let distance = try #require(euclideanDistance(one.vector, other.vector))
      let people: Set<String> = [one.person, other.person]
      #expect(
        comparison.z(first, second)
          == Surroundings.normalise(distance, try without(people, one), try without(people, other)))
    }
  }

  @Test func countsSeveralPicturesOfAPersonOnce() throws {
    let again = [
      Faces2D.face("p0", 1.1, 0.1, path: "p0_2.jpg"), Faces2D.face("p1", 50, 50, path: "p1_2.jpg"),
      Faces2D.face("p0", 1.1, 0.1, path: "elsewhere/p0_2.jpg"),
    ]
    let plain = try Faces2D.calibrator().run().calibration
    let calibration = try Faces2D.calibrator(extra: again).run().calibration
    #expect(calibration.populations == plain.populations)
    #expect(calibration.scale == plain.scale)
    #expect(plain.genuine == nil)
    #expect(calibration.genuine?.pairs == 2)
    #expect(calibration.genuine?.below600 ?? 0 >= 1)
  }

  @Test func isRefusedWithWhatIsMissing() {
    let cases: [(Calibrator, String)] = [
      (
        Faces2D.calibrator(cohort: 20),
        "the cohort has 20 people with a picture that can be used, and it takes at least 60"
      ),
      (Faces2D.calibrator(cohort: 59), "an operator's cohort has at least 60 people, and this one 59"),
      (Faces2D.calibrator(.development, cohort: 31), "and it takes at least 32"),
      (Faces2D.calibrator(people: 77), "at least 78 people of each population, so that 3000 pairs"),
      (Faces2D.calibrator(.development, people: 1), "the population everyone has 1 people"),
      (Faces2D.calibrator(.development, people: 6), "bear out knots"),
      (
        Faces2D.calibrator(extra: [Faces2D.face("other", 1, 1), Faces2D.face("another", 1, 1)]),
        "other.jpg and another.jpg are one picture under two names"
      ),
      (
        Calibrator(
          purpose: .development, model: Handmade.model, date: "2026-11-24", neighbours: 30,
          cohort: Faces2D.crowd(60, prefix: "c") + Faces2D.crowd(1, prefix: "again"),
          populations: [("everyone", Faces2D.crowd(20, prefix: "p"))]),
        "c0.jpg and again0.jpg are one picture under two names"
      ),
    ]
    for (calibrator, sentence) in cases {
      let refusal = #expect(throws: CalibrationRefusal.self) { _ = try calibrator.run() }
      #expect(refusal?.description.contains(sentence) == true, "\(refusal?.description ?? "")")
    }
  }
}

/// The command with folders of files, and an engine that reads two numbers of a picture.
struct CalibrateCommandTests {
  /// A cohort and people, made once: each file is flushed to the disk.
  private static let crowds: TemporaryDirectory? = {
    guard let folder = try? TemporaryDirectory() else { return nil }
    let faces =
      Faces2D.crowd(60, prefix: "cohort/c") + Faces2D.crowd(90, prefix: "people/p", from: 1)
    for name in ["cohort", "people"] { try? Files.createDirectory(folder.path(name)) }
    for face in faces { try? write(face, folder.path(face.path)) }
    return folder
  }()

  private let folder: TemporaryDirectory
  private let cohort: String
  private let people: String

  init() throws {
    folder = try TemporaryDirectory()
    let crowds = try #require(Self.crowds)
    (cohort, people) = (crowds.path("cohort"), crowds.path("people"))
  }

  private static func write(_ face: Face, _ path: String) throws {
    try Files.writeDurably(Array("\(face.vector[0]) \(face.vector[1])".utf8), to: path)
  }

  private static func embed(_ picture: [UInt8], _ role: PictureRole) -> FaceFinding {
    let numbers = String(decoding: picture, as: UTF8.self).split(separator: " ").compactMap { Float($0) }
    return FaceFinding(
      fault: numbers.count == 2 ? nil : .noFace, vector: numbers.count == 2 ? numbers : [], pictureHash: [],
      yaw: 0)
  }

  private func run(_ arguments: String...) throws -> CalibrationReport {
    guard case .run(let invocation) = commandLine.parse(["calibrate", "--models", "models"] + arguments)
    else {
      throw SystemError(message: "usage")
    }
    return try CalibrateCommand(invocation).run(Handmade.model, date: "2026-11-24", embed: Self.embed)
  }

  @Test func writesWhatItMeasured() throws {
    try Files.createDirectory(folder.path("more"))
    try Files.writeDurably(Array("no numbers".utf8), to: folder.path("more/blank.jpg"))
    try Files.writeDurably(Array("no picture".utf8), to: folder.path("more/notes.txt"))
    let out = folder.path("calibration.txt")
    let report = try run(
      "--cohort", cohort, "--population", "group=\(people)", "--impostors", folder.path("more"), "--out",
      out)
    let file = try CalibrationFile(Files.read(out))
    #expect(file.id == report.id)
    var status = stat()
    #expect(unsafe stat(out, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(file.calibration.purpose == .operator)
    #expect(file.calibration.populations.map(\.name) == ["everyone", "group"])
    #expect(file.calibration.populations.map(\.people) == [90, 90])
    #expect(
      report.unusable == [UnusablePicture(path: folder.path("more/blank.jpg"), reason: "no face was found")]
    )
    #expect(report.text.contains("blank.jpg: no face was found"))
    #expect(report.text.contains("group: 90 people, 4005 pairs, bear out scores up to 600"))
    #expect(report.json.contains(#""calibrationId":"\#(Hex.encode(file.id))""#))
    #expect(report.json.contains(#"{"name":"group","people":90,"pairs":4005,"bearOut":600}"#))
  }

  @Test func writesOverNothingUnasked() throws {
    let out = folder.path("calibration.txt")
    try Files.writeDurably([1, 2, 3], to: out)
    let refusal = #expect(throws: CalibrationRefusal.self) {
      _ = try run("--cohort", cohort, "--impostors", people, "--out", out)
    }
    #expect(refusal?.description == "\(out) exists; --replace writes over it")
    #expect(try Files.read(out) == [1, 2, 3])
    _ = try run("--cohort", cohort, "--impostors", people, "--out", out, "--replace")
    #expect(try Files.read(out).count > 1000)
  }

  @Test func writesNothingWithoutAPlace() throws {
    let report = try run("--cohort", cohort, "--impostors", people)
    #expect(report.written == nil)
    #expect(report.text.hasSuffix("nothing is written without --out"))
    #expect(try Files.list(folder.path).isEmpty)
  }

  @Test func marksADevelopmentCalibration() throws {
    let report = try run(
      "--cohort", cohort, "--impostors", cohort, "--development")
    #expect(report.outcome.calibration.purpose == .development)
    #expect(report.outcome.calibration.scale.highest == 500)
  }

  @Test(arguments: ["=x", "everyone=x", "East=x", "name", "name="])
  func refusesPopulationsWithoutNameOrFolder(_ text: String) {
    let refusal = #expect(throws: CalibrationRefusal.self) {
      _ = try run("--cohort", cohort, "--population", text)
    }
    #expect(refusal?.description.contains("--population \(text): expected is NAME=DIR") == true)
  }

  @Test func refusesWithoutPairs() {
    #expect(throws: CalibrationRefusal.self) { _ = try run("--cohort", cohort) }
  }

  @Test func takesAFolderForAPerson() throws {
    try Files.createDirectory(folder.path("more/zoe"))
    try Self.write(Faces2D.face("zoe", 30, 30), folder.path("more/zoe/one.jpg"))
    try Self.write(Faces2D.face("zoe", 31, 30), folder.path("more/zoe/two.JPEG"))
    try Self.write(Faces2D.face("yan", 33, 30), folder.path("more/yan_1.jpg"))
    let pictures = try PictureFolders.pictures(in: folder.path("more"))
    #expect(pictures.map(\.person) == ["yan", "zoe", "zoe"])
    let report = try run(
      "--cohort", cohort, "--impostors", people, "--impostors", folder.path("more"))
    #expect(report.outcome.calibration.populations[0].people == 92)
    #expect(report.outcome.calibration.genuine?.pairs == 1)
  }

  @Test func refusesAFolderWithoutPictures() throws {
    try Files.createDirectory(folder.path("empty"))
    let error = #expect(throws: SystemError.self) {
      _ = try run("--cohort", folder.path("empty"), "--impostors", people)
    }
    #expect(error?.description.contains("has no pictures; names end with .jpg") == true)
  }
}
