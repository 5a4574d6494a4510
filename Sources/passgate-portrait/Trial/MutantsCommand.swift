import PassgateDomain
import PassgateSystem
import PassgateWire

let mutantsCommand = CommandLine.Command(
  path: ["mutants"],
  arguments: ["PICTURE..."],
  options: [
    EngineOptions.models,
    .init(
      name: "--calibration", value: "FILE", required: true,
      help: "The calibration that 'passgate-portrait calibrate' wrote for this model and this build."),
    .init(
      name: "--portrait", value: "FILE", required: true,
      help: "A portrait of somebody who is on none of the pictures."),
    .init(name: "--count", value: "NUMBER", range: 1...10_000_000, help: "Mutants; 10000 where not given."),
    .init(
      name: "--seed", value: "NUMBER", range: 0...Int.max,
      help: "The same seed, the same mutants; 1 where not given."),
    .init(name: "--json", help: "The result as JSON."),
  ],
  summary: "send damaged pictures through a locked worker",
  details: """
    Sends each picture as it is, and then mutants of them: bits and bytes changed, cut, taken out, repeated, spliced. Each \
    is compared with the portrait of somebody else. Counts what was found, workers that were killed by their lock or a \
    fault, those that hung, and the longest time; a worker that refused a picture is replaced, as in service.

    Ends with status 1 when a picture matched the portrait of somebody else (score 600 or more) or a worker hung.
    """,
  examples: [
    .init(
      "passgate-portrait mutants --models M --calibration C --portrait other.jp2 live/*.jpg bombs/*",
      "Before a new version of a decoder is used:")
  ])

/// What came of hostile pictures.
struct MutantReport: Sendable, Equatable {
  /// A score from which two pictures would be taken for one person.
  static let match = UInt32(PortraitThresholds.usual.same)
  /// Nanoseconds that a picture may take, as in service.
  static let patience: UInt64 = 2_000_000_000

  private(set) var sent = 0
  /// By the fault's number; 0: none.
  private(set) var faults: [UInt32: Int] = [:]
  private(set) var matches = 0
  private(set) var highest: UInt32 = 0
  private(set) var killed = 0
  private(set) var late = 0
  private(set) var nonsense = 0
  private(set) var worstNanoseconds: UInt64 = 0

  /// Nobody was taken for somebody else, and nothing hung.
  var isGood: Bool { matches == 0 && late == 0 && nonsense == 0 }

  mutating func add(_ result: Result<PortraitFinding, FramedExchange.Fault>, nanoseconds: UInt64) {
    sent += 1
    worstNanoseconds = max(worstNanoseconds, nanoseconds)
    switch result {
    case .success(let finding):
      faults[finding.liveFault, default: 0] += 1
      highest = max(highest, finding.score)
      if finding.score >= Self.match { matches += 1 }
    case .failure(.ended): killed += 1
    case .failure(.late): late += 1
    case .failure(.nonsense): nonsense += 1
    }
  }

  /// By name, the most frequent first.
  private var rows: [(name: String, count: Int)] {
    faults.map { number, count in
      (UInt8(exactly: number).flatMap(PortraitFault.init).map { "\($0)" } ?? "none", count)
    }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }

  private var worst: Double { Double(worstNanoseconds / 10_000) / 100 }

  var text: String {
    """
    pictures sent       \(sent)
    faults              \(rows.map { "\($0.name) \($0.count)" }.joined(separator: ", "))
    wrong matches       \(matches) (highest score \(highest))
    workers killed      \(killed)
    workers that hung   \(late)
    impossible answers  \(nonsense)
    longest             \(worst) ms
    """
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.number("sent", sent)
      json.object("faults") { json in for row in rows { json.number(row.name, row.count) } }
      json.number("wrongMatches", matches)
      json.number("highestScore", highest)
      json.number("killed", killed)
      json.number("late", late)
      json.number("nonsense", nonsense)
      json.number("worstMilliseconds", worst)
    }
    return json.result
  }
}

/// Sends pictures through locked workers, one after the other, replacing them as the platform does.
struct HostileRun {
  private let examination: Examination
  private let reference: [UInt8]
  private var worker: OwnWorker?
  private(set) var report = MutantReport()

  /// - Parameter portrait: of somebody who is on none of the pictures.
  init(_ examination: Examination, portrait: [UInt8]) throws {
    self.examination = examination
    let finding = examination.find(PortraitTask(referenceImage: portrait))
    guard !finding.referenceVector.isEmpty else {
      throw SystemError(message: "the portrait has a fault, and is not embedded; take a good one")
    }
    reference = finding.referenceVector
  }

  mutating func send(_ picture: [UInt8]) throws(SystemError) {
    let worker: OwnWorker
    if let kept = self.worker { worker = kept } else { worker = try OwnWorker(examination) }
    let clock = SystemClock()
    let begun = clock.monotonicNanoseconds()
    let result = Self.ask(worker, PortraitTask(live: picture, referenceVector: reference))
    report.add(result, nanoseconds: clock.monotonicNanoseconds() - begun)
    self.worker = Self.staysGood(result) ? worker : nil
  }

  private static func ask(
    _ worker: OwnWorker, _ task: PortraitTask
  ) -> Result<PortraitFinding, FramedExchange.Fault> {
    do throws(FramedExchange.Fault) {
      return .success(try worker.ask(task, nanoseconds: MutantReport.patience))
    } catch {
      return .failure(error)
    }
  }

  private static func staysGood(_ result: Result<PortraitFinding, FramedExchange.Fault>) -> Bool {
    guard case .success(let finding) = result else { return false }
    return finding.liveFault != UInt32(PortraitFault.badImage.rawValue)
  }
}
