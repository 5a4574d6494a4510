import CPortrait
import Glibc
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService
@testable import passgate_portrait

/// What tests with the real program need: its models, and pictures of people.
enum WorkerNeeds {
  static let areThere = PortraitModels.path != nil && SharedData.path("faces/manifest.tsv") != nil
  static let comment: Comment =
    "needs the models of portraits (Tools/portrait-models) and ../shared/testdata/faces"

  static var models: String { PortraitModels.path ?? "" }
  static let program = "\(Programs.folder)/passgate-portrait"

  static func picture(_ name: String) throws -> [UInt8] {
    try Files.read(try #require(SharedData.path("faces/\(name)")))
  }

  /// The development calibration as a file, made once for all tests.
  static let calibration = Result {
    let made = try DevelopmentCalibration.shared.get().calibration.outcome.calibration
    let calibration = Calibration(
      purpose: made.purpose, made: made.made, model: model, populations: made.populations,
      genuine: made.genuine, scale: made.scale, cohort: made.cohort)
    let folder = try TemporaryDirectory()
    let file = folder.path("development.calibration")
    try Files.writeDurably(calibration.file, to: file)
    return (folder, file)
  }

  private static let model = ModelManifest(
    backend: ModelList.dlib.backend,
    files: ModelList.dlib.entries.map { ModelManifest.File(name: $0.name, sha256: $0.sha256) },
    buildFlags: unsafe String(cString: portrait_build_flags()), dimension: 128)
}

/// A pool of the platform with the real program behind it.
final class WorkerStage: Sendable {
  let pool: PortraitPool
  let clock = ManualClock()
  private let lines = Monitor<[String]>([])

  /// - Parameter patience: milliseconds; the platform's own where nil.
  init(
    models: String = WorkerNeeds.models, calibration: String? = nil, workers: Int = 1, patience: UInt64? = nil
  ) throws {
    let settings = PortraitWorkerSettings(
      program: WorkerNeeds.program, models: models,
      calibration: try calibration ?? WorkerNeeds.calibration.get().1, workers: workers)
    var limits = PortraitPool.Limits()
    // A machine with much else to do must not fail a test.
    limits.patience = (patience ?? 20_000) * 1_000_000
    let log = Log(perSecond: 10_000) { [lines] line in
      let text = String(decoding: line, as: UTF8.self)
      lines.update { $0.append(text) }
    }
    pool = try PortraitPool(settings, limits: limits, clock: clock, log: log) { () throws(SystemError) in
      try PortraitProgram.launch(settings)
    }
  }

  func waitUntilReady(count: Int = 1) throws {
    let failures = count == 1 ? 0 : self.count(of: "portraits_unavailable")
    let isReady = lines.wait(nanoseconds: 60_000_000_000) { lines -> Bool? in
      func times(_ event: String) -> Int { lines.count { $0.contains("\"event\":\"\(event)\"") } }
      if times("portraits_ready") >= count { return true }
      return times("portraits_unavailable") > failures ? false : nil
    }
    guard isReady == true else { throw SystemError(message: pool.problem ?? "it did not get ready") }
  }

  func examine(_ task: PortraitTask) throws -> PortraitFinding {
    if count(of: "portraits_ready") == 0 { try waitUntilReady() }
    return try pool.examine(task, deadline: clock.monotonicNanoseconds() + 60_000_000_000)
  }

  /// The line of an event, once it has happened so often.
  func wait(for event: String, count: Int = 1) -> String {
    lines.wait(nanoseconds: 60_000_000_000) { lines in
      let found = lines.filter { $0.contains("\"event\":\"\(event)\"") }
      return found.count >= count ? found[count - 1] : nil
    } ?? "nothing happened"
  }

  func count(of event: String) -> Int {
    lines.update { lines in lines.count { $0.contains("\"event\":\"\(event)\"") } }
  }

  /// The process of the program.
  var program: Int32 {
    get throws { try #require(pool.program?.identifier) }
  }

  /// The processes of its workers.
  var workers: [Int32] {
    get throws { try Processes.children(of: program) }
  }
}

/// What /proc tells of processes.
enum Processes {
  static func children(of process: Int32) throws -> [Int32] {
    let text = try Files.read("/proc/\(process)/task/\(process)/children")
    return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
  }

  /// The letter of its state: "R" runs, "S" waits, "T" is stopped, "Z" is dead; nil where there is none.
  static func state(of process: Int32) -> Character? { field("State", of: process)?.first }

  static func field(_ name: String, of process: Int32) -> String? {
    guard let text = try? Files.read("/proc/\(process)/status") else { return nil }
    let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return line.map { $0.dropFirst(name.count + 1).trimmingPrefix { $0 == "\t" || $0 == " " } }.map(
      String.init)
  }

  /// Waits until the process is gone, a minute at most.
  static func waitForEnd(of process: Int32) -> Bool {
    wait { state(of: process) == nil || state(of: process) == "Z" }
  }

  /// Looks again and again, a minute at most.
  static func wait(until isSo: () -> Bool) -> Bool {
    let clock = SystemClock()
    let end = clock.monotonicNanoseconds() + 60_000_000_000
    while !isSo() {
      guard clock.monotonicNanoseconds() < end else { return false }
      sched_yield()
    }
    return true
  }
}
