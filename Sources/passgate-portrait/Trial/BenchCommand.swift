import PassgateSystem
import PassgateWire

let benchCommand = CommandLine.Command(
  path: ["bench"],
  options: [
    EngineOptions.models, EngineOptions.calibration,
    .init(name: "--live", value: "FILE", required: true, help: "A picture taken of a person now."),
    .init(name: "--portrait", value: "FILE", required: true, help: "A portrait of a document."),
    .init(name: "--rounds", value: "NUMBER", range: 5...10_000, help: "Rounds; 40 where not given."),
    .init(name: "--json", help: "The result as JSON."),
  ],
  summary: "measure a whole comparison against the bare calls of the engine",
  details: """
    A whole comparison is a task that goes to a locked worker and a finding that comes back: both pictures read, checked \
    and embedded, and their score. The bare calls are what the engine's libraries take for the same two pictures, without \
    our checks. Both take turns in this one run, the order changing, so that the machine's moods touch them alike.
    """,
  examples: [
    .init(
      "passgate-portrait bench --models M --calibration C --live live.jpg --portrait portrait.jp2",
      "What the lock and the checks cost here:")
  ])

/// Durations of one thing, nanoseconds.
struct Durations {
  private(set) var all: [UInt64] = []

  mutating func add(_ body: () throws -> Void) rethrows {
    let clock = SystemClock()
    let begun = clock.monotonicNanoseconds()
    try body()
    all.append(clock.monotonicNanoseconds() - begun)
  }

  /// Milliseconds.
  var median: Double { Double(all.sorted()[all.count / 2]) / 1e6 }
  /// Milliseconds.
  var best: Double { Double(all.min() ?? 0) / 1e6 }
}

/// Bare calls and whole comparisons, each as often.
struct Bench {
  private(set) var bare = Durations()
  private(set) var whole = Durations()

  /// How many times the bare calls a whole comparison takes.
  var ratio: Double { whole.median / bare.median }

  init(_ examination: Examination, live: [UInt8], portrait: [UInt8], rounds: Int) throws {
    let worker = try OwnWorker(examination)
    let task = PortraitTask(live: live, referenceImage: portrait)
    let finding = try worker.ask(task)
    guard finding.liveFault == 0, finding.referenceFault == 0 else {
      throw SystemError(message: "one of the pictures has a fault, and is not embedded; take good ones")
    }
    for round in 0..<rounds {
      if round.isMultiple(of: 2) { try bare.add { try Self.callBare(examination.engine, live, portrait) } }
      try whole.add { _ = try worker.ask(task) }
      if !round.isMultiple(of: 2) { try bare.add { try Self.callBare(examination.engine, live, portrait) } }
    }
  }

  private static func callBare(_ engine: FaceEngine, _ live: [UInt8], _ portrait: [UInt8]) throws {
    guard engine.callsBare(live), engine.callsBare(portrait) else {
      throw SystemError(message: "the bare engine finds no face in one of the pictures")
    }
  }

  var text: String {
    """
    bare calls          median \(tenths(bare.median)) ms, best \(tenths(bare.best)) ms
    whole comparison    median \(tenths(whole.median)) ms, best \(tenths(whole.best)) ms
    ratio of medians    \(Double(Int((ratio * 1000).rounded())) / 1000) (\(bare.all.count) rounds of each)
    """
  }

  private func tenths(_ milliseconds: Double) -> String {
    "\(Double(Int((milliseconds * 10).rounded())) / 10)"
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.number("bareMedianMilliseconds", bare.median)
      json.number("wholeMedianMilliseconds", whole.median)
      json.number("ratio", ratio)
      json.number("rounds", bare.all.count)
    }
    return json.result
  }
}
