import PassgateCrypto
import PassgateSystem
import Testing

@testable import passgate_portrait

struct CalibrationFileTests {
  @Test(arguments: [
    Handmade.calibration(),
    Handmade.calibration(genuine: Calibration.Genuine(pairs: 40, below400: 1, below600: 5)),
    Handmade.calibration(purpose: .development, cohort: Handmade.cohort(4)),
    Handmade.calibration(purpose: .development, people: 10, knots: Array(Handmade.knots.prefix(2))),
  ])
  func isReadAsItWasWritten(_ calibration: Calibration) throws {
    let file = try CalibrationFile(calibration.file)
    #expect(file.calibration == calibration)
    #expect(file.calibration.file == calibration.file)
    #expect(file.id == sha256(calibration.file.span))
  }

  /// Lines of a good file, replaced one at a time.
  @Test(arguments: [
    ("passgate-portrait-calibration 1", "passgate-portrait-calibration 2", "line 1: it does not begin with"),
    ("purpose operator", "purpose production", "line 2: purpose is"),
    ("purpose operator", "Purpose operator", "line 2: 'purpose' is expected here"),
    ("purpose operator", "purpose  operator", "line 2: purpose is"),
    ("made 2026-11-24", "made 2026-02-30", "line 3: made is no date"),
    ("made 2026-11-24", "made 2026-11-24T00:00:00Z", "line 3: made is no date"),
    ("backend dlib", "backend ../dlib", "line 4: a name is"),
    ("file landmarks", "file landmarks extra", "line 6: 'file' has 3 words"),
    ("file descriptor 11", "file descriptor 1", "line 5: a file's SHA-256"),
    ("file descriptor 11", "file descriptor g1", "line 5: a file's SHA-256"),
    ("flags avx2 fma", "flag avx2 fma", "line 7: 'flags' is expected"),
    ("dimension 2", "dimension 513", "line 8: a whole number from 1 to 512"),
    ("dimension 2", "dimension 3", "a vector is 12 bytes in base64"),
    ("dimension 2", "dimension 02", "line 8: a whole number"),
    ("neighbours 3", "neighbours 1", "line 9: a whole number"),
    ("neighbours 3", "neighbours 60", "the cohort of 60 people is too small for 60 neighbours"),
    ("neighbours 3", "neighbours 99999999999999999999", "line 9: a whole number"),
    ("east-asian 90 people", "east-asian 90 persons", "line 11: a population is"),
    ("east-asian 90 people", "east-asian 77 people", "takes pictures of at least 78 people of each"),
    ("east-asian 90 people", "east-asian 20 people", "the population east-asian has 20"),
    ("east-asian 90 people", "east-asian 1 people", "line 11: a whole number from 2"),
    ("knot 300 -2.0000", "knot 300 -2", "line 14: a knot's z"),
    ("knot 300 -2.0000", "knot 300 nan", "line 14: a knot's z"),
    ("knot 300 -2.0000", "knot 300 -0x1p4", "line 14: a knot's z"),
    ("knot 300 -2.0000", "knot 300 -1.0000", "z does not fall from knot to knot"),
    ("knot 300 -2.0000", "knot 350 -2.0000", "bear out knots at 0 and from 200 to 600"),
    ("knot 600 -4.5000", "knot 600 -4.5000\nknot 700 -5.0000", "bear out knots at 0 and from 200 to 600"),
    ("knot 600 -4.5000\n", "", "bear out knots at 0 and from 200 to 600"),
    ("knot 600 -4.5000", "knot 600 -1000.5000", "z does not fall"),
    ("vectors 60", "vectors 61", "the file ends where 'vector' is expected"),
    ("vectors 60", "vectors 59", "nothing may follow the last vector"),
    ("vectors 60", "vectors 5001", "a whole number from 2 to 5000"),
    ("vector AACAPwAAAAA=", "vector AACAPwAAAAB=", "line 19: a vector is 8 bytes"),
    ("vector AACAPwAAAAA=", "vector AADAfwAAAAA=", "holds what is no number"),
    ("\n", "\r\n", "no printable ASCII"),
    ("purpose", "purpos\u{E9}", "no printable ASCII"),
  ])
  func isRefusedWithWhereAndWhy(_ good: String, _ bad: String, _ sentence: String) throws {
    let text = String(decoding: Handmade.calibration().file, as: UTF8.self)
    let start = try #require(text.firstRange(of: good))
    let broken = text.replacingCharacters(in: start, with: bad)
    let fault = #expect(throws: CalibrationFault.self) { try CalibrationFile(Array(broken.utf8)) }
    let description = fault.map { "\($0)" } ?? ""
    #expect(description.contains(sentence), "\(description)")
    #expect(description.contains("passgate-portrait calibrate"))
  }

  @Test func isRefusedWhereverItIsCutOff() {
    let file = Handmade.calibration().file
    for length in 0..<file.count {
      #expect(throws: CalibrationFault.self) { try CalibrationFile(Array(file.prefix(length))) }
    }
  }

  @Test func isRefusedBeyondItsLimit() {
    let fault = #expect(throws: CalibrationFault.self) {
      try CalibrationFile([UInt8](repeating: 0x41, count: CalibrationFile.limit + 1))
    }
    #expect(fault?.problem.contains("more than") == true)
  }

  @Test func ofTooSmallACohortIsDevelopmentAlone() throws {
    let small = Handmade.calibration(cohort: Handmade.cohort(59))
    #expect(small.fault?.contains("at least 60 people, and this one 59") == true)
    let development = Handmade.calibration(purpose: .development, cohort: Handmade.cohort(59))
    #expect(try CalibrationFile(development.file).calibration == development)
  }

  @Test(arguments: [
    (0.0, "0.0000"), (-4.37, "-4.3700"), (1, "1.0000"), (-0.00004, "0.0000"), (-0.5, "-0.5000"),
    (1e9, "1000000.0000"),
  ])
  func hasNumbersOfFourDecimals(_ value: Double, _ text: String) { #expect(Decimal4.text(value) == text) }

  @Test func roundsKnotsAwayFromTheImpostor() {
    #expect(Decimal4.floor(-4.37001) == -4.3701)
    #expect(Decimal4.floor(2.00009) == 2.0000)
  }
}

struct PairsNeededTests {
  @Test(arguments: [
    (29, 0), (30, 200), (94, 200), (95, 300), (2_999, 500), (3_000, 600), (30_000, 800), (6_000_000, 1000),
  ])
  func limitWhatIsClaimed(_ pairs: Int, _ score: Int) {
    #expect(Calibration.scoreBorneOut(by: pairs) == score)
  }

  @Test(arguments: zip([200, 600, 800, 1000], [9, 78, 246, 776]))
  func areSaidAsPeople(_ score: Int, _ people: Int) {
    #expect(Calibration.peopleNeeded(for: score) == people)
  }
}

struct ModelManifestTests {
  private func altered(
    backend: String = "dlib", files: [ModelManifest.File] = Handmade.model.files, flags: String = "avx2 fma",
    dimension: Int = 2
  ) -> ModelManifest {
    ModelManifest(backend: backend, files: files, buildFlags: flags, dimension: dimension)
  }

  @Test func saysWhatDiffers() {
    let calibration = Handmade.calibration()
    let swapped = [
      Handmade.model.files[0],
      ModelManifest.File(name: "landmarks", sha256: [UInt8](repeating: 0x33, count: 32)),
    ]
    let cases = [
      (altered(backend: "opencv"), "it is of the engine dlib, and opencv is loaded"),
      (altered(files: []), "it is of the files descriptor, landmarks, and"),
      (altered(files: swapped), "its file landmarks has the SHA-256 2222"),
      (altered(flags: "baseline"), "it was made by a build with avx2 fma, and this one has baseline"),
      (altered(dimension: 128), "its vectors have 2 numbers, and the engine's have 128"),
    ]
    #expect(calibration.refusal(for: altered()) == nil)
    for (model, sentence) in cases {
      #expect(calibration.refusal(for: model)?.contains(sentence) == true)
      #expect(calibration.refusal(for: model)?.contains("passgate-portrait calibrate") == true)
      #expect(model.id != Handmade.model.id)
    }
  }

  @Test func hasAnIdOfItsLines() {
    let text = Array(
      """
      backend dlib
      file descriptor \(String(repeating: "1", count: 64))
      file landmarks \(String(repeating: "2", count: 64))
      flags avx2 fma
      dimension 2

      """.utf8)
    #expect(Handmade.model.id == sha256(text.span))
  }
}
