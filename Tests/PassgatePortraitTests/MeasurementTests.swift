import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

@testable import passgate_portrait

struct ErrorRateTests {
  /// Upper ends of Wilson's one-sided interval as other programs give them, and the rule of three.
  private static let bounds: [(errors: Int, tries: Int, bound: Double)] = [
    (0, 0, 1), (0, 2, 1), (0, 406, 3.0 / 406), (0, 3000, 0.001), (4, 60, 0.1404), (5, 29, 0.3142), (1, 1, 1),
    (30, 30, 1),
  ]

  @Test(arguments: bounds)
  func hasABoundThatHoldsInNineteenOfTwenty(_ errors: Int, _ tries: Int, _ bound: Double) {
    let rate = ErrorRate(errors: errors, tries: tries)
    #expect(abs(rate.upperBound - bound) < 0.0001)
    #expect(rate.share <= rate.upperBound)
  }

  @Test func hasAShare() {
    #expect(ErrorRate(errors: 1, tries: 4).share == 0.25)
    #expect(ErrorRate(errors: 0, tries: 0).share == 0)
  }
}

struct MeasurementTests {
  @Test func countsByKindAndScore() {
    func pair(_ kind: String, _ isSame: Bool, _ score: Int?) -> Measurement.Scored {
      Measurement.Scored(kind: kind, isSame: isSame, score: score)
    }
    let measurement = Measurement(
      [
        pair("photo", true, 600), pair("photo", true, 599), pair("photo", true, 0), pair("photo", false, 600),
        pair("photo", false, 400), pair("photo", false, nil), pair("chip", true, 700),
        pair("chip", true, nil),
      ], at: [400, 600])
    #expect(measurement.kinds.map(\.name) == ["photo", "chip", "all"])
    #expect(measurement.kinds.map(\.refused) == [1, 1, 2])
    let photo = measurement.kinds[0].lines
    #expect(photo.map(\.score) == [400, 600])
    #expect(photo.map(\.falseMatches) == [ErrorRate(errors: 2, tries: 2), ErrorRate(errors: 1, tries: 2)])
    #expect(photo.map(\.falseNonMatches) == [ErrorRate(errors: 1, tries: 3), ErrorRate(errors: 2, tries: 3)])
    #expect(measurement.kinds[1].lines[1].falseMatches == ErrorRate(errors: 0, tries: 0))
    #expect(measurement.kinds[2].lines[1].falseNonMatches == ErrorRate(errors: 2, tries: 4))
  }
}

struct PairsFileTests {
  private func read(_ text: String) throws(PairsFault) -> [NamedPair] {
    try PairsFile(Array(text.utf8), "pairs.tsv").pairs
  }

  @Test(arguments: ["\n", "\r\n"])
  func takesColumnsInAnyOrder(_ end: String) throws {
    let text = ["kind\tsame\tb\ta\tnote", "chip\t1\tlive.jpg\tdg2.jp2\tx", "chip\t0\tl.jpg\td.jp2\t", ""]
    #expect(
      try read(text.joined(separator: end)) == [
        NamedPair(reference: "dg2.jp2", live: "live.jpg", isSame: true, kind: "chip"),
        NamedPair(reference: "d.jp2", live: "l.jpg", isSame: false, kind: "chip"),
      ])
  }

  @Test(arguments: [
    ("", "line 1: the headings"), ("a\tb\tsame\n", "line 1: the headings"),
    ("a\tb\tsame\tkind\n", "line 2: a pair is expected"),
    ("a\tb\tsame\tkind\nx\ty\t1\tk\nx\ty\t2\tk\n", "line 3: 4 columns"),
    ("a\tb\tsame\tkind\nx\ty\t1\n", "line 2: 4 columns"),
    ("a\tb\tsame\tkind\nx\ty\t1\t\n", "line 2: 4 columns"),
  ])
  func isRefusedWithItsLine(_ text: String, _ sentence: String) {
    let fault = #expect(throws: PairsFault.self) { try read(text) }
    #expect(fault?.description.contains("pairs.tsv, \(sentence)") == true)
  }
}

struct ModelListTests {
  private static let digest = String(repeating: "ab", count: 32)
  private static let good = """
    passgate-portrait-model 1
    backend opencv
    file detector yunet.onnx \(digest)
    file recogniser sface.onnx \(digest)

    """

  @Test func namesTheFilesOfABackend() throws {
    let list = try ModelList(Array(Self.good.utf8), "model.txt")
    #expect(list.backend == "opencv")
    #expect(list.entries.map(\.name) == ["detector", "recogniser"])
    #expect(list.entries.map(\.file) == ["yunet.onnx", "sface.onnx"])
  }

  @Test(arguments: [
    ("passgate-portrait-model 1", "passgate-portrait-model 2", "line 1"),
    ("backend opencv", "backend", "line 2"),
    ("backend opencv", "backend Open", "line 2"), ("yunet.onnx", "../yunet.onnx", "line 3"),
    ("yunet.onnx", ".yunet", "line 3"), ("sface.onnx ab", "sface.onnx a", "line 4"),
    ("file detector", "detector", "line 3"),
  ])
  func isRefusedWithItsLine(_ good: String, _ bad: String, _ line: String) throws {
    let range = try #require(Self.good.firstRange(of: good))
    let text = Self.good.replacingCharacters(in: range, with: bad)
    let fault = #expect(throws: ModelFault.self) { try ModelList(Array(text.utf8), "model.txt") }
    #expect(fault?.description.contains("model.txt, \(line)") == true)
  }

  @Test func isTheFilesOfDlibWhereThereIsNone() {
    #expect(ModelList.dlib.entries.map(\.name) == ["descriptor", "landmarks"])
    #expect(ModelList.dlib.entries.allSatisfy { $0.sha256.count == 32 })
  }
}

struct ModelFilesTests {
  @Test func areThoseOfTheList() throws {
    let folder = try TemporaryDirectory()
    let bytes = Array("a network".utf8)
    try Files.writeDurably(bytes, to: folder.path("net.onnx"))
    let digest = Hex.encode(sha256(bytes.span))
    let list = "passgate-portrait-model 1\nbackend opencv\nfile recogniser net.onnx \(digest)\n"
    try Files.writeDurably(Array(list.utf8), to: folder.path("model.txt"))
    let model = try ModelFiles(folder: folder.path)
    #expect(model.backend == "opencv")
    #expect(model.files.map(\.bytes) == [bytes])
    // Cut short by one byte.
    try Files.writeDurably(Array(bytes.dropLast()), to: folder.path("net.onnx"))
    let fault = #expect(throws: ModelFault.self) { try ModelFiles(folder: folder.path) }
    #expect(fault?.description.contains("net.onnx is not the file it should be: it has 8 bytes") == true)
    try Files.remove(folder.path("net.onnx"))
    let missing = #expect(throws: ModelFault.self) { try ModelFiles(folder: folder.path) }
    #expect(missing?.description.contains("a file of the model cannot be read: open") == true)
  }
}
