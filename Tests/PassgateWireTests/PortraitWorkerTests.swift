import PassgateWire
import Testing

/// One value of every message between the platform and its portrait worker.
enum PortraitWorkerSamples {
  static let finding = PortraitFinding(
    liveFault: 0, referenceFault: 8, referenceVector: filled(12), pictureHash: filled(32), distance: 0.375,
    score: 612, frames: [FrameFinding(fault: 0, yaw: -21, score: 700), FrameFinding(fault: 5)],
    isSamePhotograph: true)

  static let all: [any WireMessage] = [
    PortraitStanding(
      modelID: filled(32, 1), calibrationID: filled(32, 2), development: true, dimension: 128,
      engine: "dlib", sandbox: "seccomp"),
    PortraitStanding(
      modelID: filled(32, 1), calibrationID: [], development: false, dimension: 512, engine: "", sandbox: ""),
    PortraitOrder(act: .fork, worker: 1), PortraitOrder(act: .end, worker: .max),
    PortraitTask(live: filled(40), frames: [filled(3), filled(4)], referenceImage: filled(50)),
    PortraitTask(live: filled(9), referenceVector: filled(16)), PortraitTask(),
    finding, PortraitFinding(), PortraitFinding(distance: 0), FrameFinding(yaw: 90),
  ]
}

/// What a worker tells is a stranger's word: its program has read pictures of strangers.
@Suite struct PortraitWorkerTests {
  @Test(
    arguments: [
      (.badLength, PortraitFinding(referenceVector: filled(13)), "reference_vector"),
      (.badLength, PortraitFinding(referenceVector: filled(4 * 513)), "reference_vector"),
      (.badLength, PortraitFinding(pictureHash: filled(31)), "picture_hash"),
      (.outOfRange, PortraitFinding(liveFault: 9), "live_fault"),
      (.outOfRange, PortraitFinding(referenceFault: .max), "reference_fault"),
      (.outOfRange, PortraitFinding(score: 1001), "score"),
      (.outOfRange, PortraitFinding(distance: .nan), "distance"),
      (.outOfRange, PortraitFinding(distance: .infinity), "distance"),
      (.outOfRange, PortraitFinding(distance: -0.1), "distance"),
      (.outOfRange, PortraitFinding(distance: 1e300), "distance"),
      (.tooMany, PortraitFinding(frames: Array(repeating: FrameFinding(), count: 9)), "frames"),
      (.outOfRange, PortraitFinding(frames: [FrameFinding(yaw: 91)]), "frames[0].yaw"),
    ] as [(WireError.Fault, PortraitFinding, String)])
  func nothingImpossibleIsTaken(_ fault: WireError.Fault, _ finding: PortraitFinding, _ field: String) {
    let bytes = finding.encoded()
    #expect(throws: WireError(fault, field: field)) { try PortraitFinding(decoding: bytes.span) }
  }

  @Test(arguments: [0, 513]) func aModelHasAFewHundredNumbers(_ dimension: Int) {
    let standing = PortraitStanding(
      modelID: filled(32), calibrationID: [], development: false, dimension: dimension, engine: "",
      sandbox: "")
    let bytes = standing.encoded()
    #expect(throws: WireError(.outOfRange, field: "dimension")) {
      try PortraitStanding(decoding: bytes.span)
    }
  }

  @Test func whatTravelsStandsBehindItsLength() throws {
    let finding = PortraitWorkerSamples.finding
    var reader = FrameReader()
    let framed = finding.framed()
    reader.append(framed.span)
    let payload = try #require(try reader.next(limit: PortraitWire.findingLimit))
    #expect(payload == finding.encoded())
    #expect(!reader.isPartial)
  }

  /// The largest finding that may be fits the limit of its frame.
  @Test func theLimitsAgree() {
    let largest = PortraitFinding(
      liveFault: 8, referenceFault: 8, referenceVector: filled(4 * PortraitWire.dimensionLimit),
      pictureHash: filled(32), distance: 1, score: 1000,
      frames: Array(
        repeating: FrameFinding(fault: 8, yaw: 90, score: 1000), count: PortraitWire.frameCountLimit))
    #expect(largest.encoded().count <= PortraitWire.findingLimit)
  }

  @Test func noPictureAndNoVectorIsPrinted() {
    for message in PortraitWorkerSamples.all.filter({ !($0 is PortraitStanding || $0 is PortraitOrder) }) {
      var dumped = ""
      dump(message, to: &dumped)
      #expect("\(message)".hasSuffix("(withheld)"))
      #expect(!dumped.contains("0.375") && !dumped.contains("612"))
    }
  }
}
