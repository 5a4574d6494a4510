import Glibc
import PassgateSystem
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// The pool against a program that a test plays: whatever the program and its workers do, a request gets an answer or
/// `.unavailable`, and the next one another chance.
@Suite struct PortraitPoolTests {
  private static let task = PortraitTask(live: [1], referenceVector: [0, 0, 0, 0])

  private func finding(_ score: UInt32 = 700) -> PortraitFinding {
    PortraitFinding(pictureHash: filled(32), distance: 0.4, score: score)
  }

  @Test func whatAWorkerFindsComesBack() throws {
    let stage = try PoolStage { [self] _ in .finding(finding()) }
    defer { stage.pool.stop() }
    #expect(try stage.examine(Self.task) == finding())
    #expect(stage.pool.standing == PoolStage.standing)
    #expect(stage.pool.problem == nil)
    #expect(stage.pool.figures[.found] == 1)
  }

  @Test func oneWorkerDoesManyTasks() throws {
    let stage = try PoolStage(workers: 1) { [self] number in .finding(finding(number)) }
    defer { stage.pool.stop() }
    for _ in 0..<20 { #expect(try stage.examine(Self.task).score == 1) }
  }

  // MARK: Workers that fail

  @Test func aWorkerThatTakesTooLongIsReplaced() throws {
    let stage = try PoolStage(workers: 1) { [self] in $0 == 1 ? .silence : .finding(finding($0)) }
    defer { stage.pool.stop() }
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(Self.task) }
    #expect(try stage.examine(Self.task).score == 2)
    #expect(stage.pool.figures[PortraitFigures.Outcome.late] == 1)
    #expect(stage.pool.figures[PortraitFigures.Cause.late] == 1)
    #expect(stage.count(of: "portrait_worker_lost") == 1)
    stage.program.waitForEnd(ofWorker: 1)
  }

  @Test func aWorkerThatDiesOverATaskIsReplaced() throws {
    let stage = try PoolStage(workers: 1) { [self] in $0 == 1 ? .end : .finding(finding($0)) }
    defer { stage.pool.stop() }
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(Self.task) }
    #expect(try stage.examine(Self.task).score == 2)
    #expect(stage.pool.figures[PortraitFigures.Outcome.ended] == 1)
  }

  @Test func aWorkerThatDiesUnderNoTaskCostsNoRequest() throws {
    let stage = try PoolStage(workers: 1) { [self] in .finding(finding($0)) }
    defer { stage.pool.stop() }
    #expect(try stage.examine(Self.task).score == 1)
    stage.program.endWorker(1)
    #expect(try stage.examine(Self.task).score == 2)
    #expect(stage.pool.figures[PortraitFigures.Cause.ended] == 1)
    #expect(stage.pool.figures[PortraitFigures.Outcome.ended] == 0)
  }

  /// Answers that cannot be.
  private static let nonsense: [PoolStage.Deed] = [
    .bytes([0, 0, 0, 0]), .bytes([0, 0, 0, 1, 0xFF]), .bytes([0xFF, 0xFF, 0xFF, 0xFF]),
    .bytes([0, 0, 0x20, 0x01] + filled(100)),
    .bytes(PortraitFinding(pictureHash: filled(32), distance: 0.4).framed() + [0]),
    .finding(PortraitFinding()),
    .finding(PortraitFinding(pictureHash: filled(32))),
    .finding(PortraitFinding(pictureHash: filled(32), score: 700)),
    .finding(PortraitFinding(distance: 0.4, score: 700)),
    .finding(PortraitFinding(pictureHash: filled(32), distance: -0.4)),
    .finding(PortraitFinding(liveFault: 1, pictureHash: filled(32), distance: 0.4, score: 900)),
    .finding(PortraitFinding(liveFault: 8, pictureHash: filled(32))),
    .finding(PortraitFinding(liveFault: 1, pictureHash: filled(32), isSamePhotograph: true)),
    .finding(PortraitFinding(referenceVector: filled(4), pictureHash: filled(32), distance: 0.4)),
    .finding(PortraitFinding(referenceFault: 1, pictureHash: filled(32), distance: 0.4)),
    .finding(PortraitFinding(pictureHash: filled(32), distance: 0.4, frames: [FrameFinding()])),
  ]

  @Test(arguments: nonsense.indices) func aWorkerThatSaysWhatCannotBeIsReplaced(_ index: Int) throws {
    let stage = try PoolStage(workers: 1) { [self] in $0 == 1 ? Self.nonsense[index] : .finding(finding($0)) }
    defer { stage.pool.stop() }
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(Self.task) }
    #expect(stage.pool.figures[PortraitFigures.Outcome.nonsense] == 1)
    #expect(try stage.examine(Self.task).score == 2)
    stage.program.waitForEnd(ofWorker: 1)
  }

  @Test func aVectorHasTheModelsDimension() throws {
    let stage = try PoolStage(workers: 1) { number in
      .finding(PortraitFinding(referenceVector: filled(number == 1 ? 8 : 4)))
    }
    defer { stage.pool.stop() }
    let task = PortraitTask(referenceImage: [1])
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(task) }
    #expect(try stage.examine(task).referenceVector.count == 4)
  }

  /// It would stay beside the portrait, where nothing can be compared with it.
  @Test(arguments: [[0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0xFF], [1, 0, 0x80, 0x7F]] as [[UInt8]])
  func aVectorHoldsNumbers(_ number: [UInt8]) throws {
    let largest: [UInt8] = [0xFF, 0xFF, 0x7F, 0x7F]
    let stage = try PoolStage(workers: 1) {
      .finding(PortraitFinding(referenceVector: $0 == 1 ? number : largest))
    }
    defer { stage.pool.stop() }
    let task = PortraitTask(referenceImage: [1])
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(task) }
    #expect(try stage.examine(task).referenceVector == largest)
  }

  @Test(arguments: [
    PortraitFinding(liveFault: 8), PortraitFinding(referenceFault: 8, pictureHash: filled(32)),
  ])
  func aWorkerWhoseDecoderRefusedAPictureIsNotUsedAgain(_ finding: PortraitFinding) throws {
    let stage = try PoolStage(workers: 1) { [self] in .finding($0 == 1 ? finding : self.finding($0)) }
    defer { stage.pool.stop() }
    #expect(try stage.examine(Self.task) == finding)
    #expect(try stage.examine(Self.task).score == 2)
    #expect(stage.pool.figures[.badImage] == 1)
    stage.program.waitForEnd(ofWorker: 1)
  }

  @Test func aWorkerIsReplacedAfterItsTasks() throws {
    let stage = try PoolStage(workers: 1, tasksOfWorker: 3) { [self] in .finding(finding($0)) }
    defer { stage.pool.stop() }
    #expect(try (0..<7).map { _ in try stage.examine(Self.task).score } == [1, 1, 1, 2, 2, 2, 3])
    #expect(stage.pool.figures[.spent] == 2)
  }

  // MARK: Bounds

  @Test func whoFindsNoWorkerInTimeIsToldSo() throws {
    let (asked, isOver) = (Monitor(false), Monitor(false))
    let stage = try PoolStage(workers: 1, patience: 60_000) { [self] _ in
      asked.update { $0 = true }
      isOver.wait { $0 ? () : nil }
      return .finding(finding())
    }
    defer { stage.pool.stop() }
    stage.waitUntilReady()
    let first = try spawnThread(name: "first") { _ = try? stage.examine(Self.task) }
    asked.wait { $0 ? () : nil }
    #expect(throws: PortraitFailure.busy) { try stage.examine(Self.task, milliseconds: 20) }
    #expect(throws: PortraitFailure.busy) { try stage.examine(Self.task, milliseconds: 0) }
    isOver.update { $0 = true }
    first.join()
    #expect(try stage.examine(Self.task) == finding())
    #expect(stage.pool.figures[.busy] == 2)
  }

  @Test func theQueueIsBoundedInCallsAndBytes() throws {
    let (started, isOver) = (Monitor(0), Monitor(false))
    let queue = try BoundedQueue(name: "test", threads: 2, calls: 3, bytes: 100)
    let hold: @Sendable () -> Void = {
      started.update { $0 += 1 }
      isOver.wait { $0 ? () : nil }
    }
    for _ in 0..<2 { #expect(queue.submit(bytes: 30, hold)) }
    started.wait { $0 == 2 ? () : nil }
    #expect(!queue.submit(bytes: 41, hold))
    #expect(queue.submit(bytes: 40, hold))
    for _ in 0..<2 { #expect(queue.submit(bytes: 0, hold)) }
    #expect(!queue.submit(bytes: 0, hold))
    #expect(queue.count == 3 && queue.bytes == 100)
    isOver.update { $0 = true }
    queue.stop()
    #expect(started.update { $0 } == 5)
    #expect(queue.bytes == 0 && !queue.submit(bytes: 0, hold))
  }

  // MARK: The program

  @Test func aProgramThatEndsIsStartedAgainAfterAPause() throws {
    let stage = try PoolStage(workers: 1) { [self] in .finding(finding($0)) }
    defer { stage.pool.stop() }
    #expect(try stage.examine(Self.task).score == 1)
    stage.program.fall(saying: "models/x.dat is not the file it should be\n")
    let line = stage.wait(for: "portraits_unavailable")
    #expect(line.contains("x.dat is not the file") && line.contains("\"retry_seconds\":1"))
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(Self.task) }
    #expect(
      stage.pool.problem
        == "passgate-portrait ended as told; the last it said: models/x.dat is not the file it should be")
    #expect(stage.pool.standing == nil)
    stage.clock.advance(milliseconds: 1_000)
    _ = stage.wait(for: "portraits_ready", count: 2)
    #expect(try stage.examine(Self.task).score == 2)
  }

  @Test func onePauseIsLongerThanTheOther() {
    var pauses = RestartPauses()
    let short = (0..<9).map { _ in pauses.next(afterServing: 0) / 1_000_000_000 }
    #expect(short == [1, 2, 4, 8, 15, 30, 60, 60, 60])
    #expect(pauses.next(afterServing: RestartPauses.proof) == 1_000_000_000)
    #expect(pauses.next(afterServing: RestartPauses.proof - 1) == 2_000_000_000)
  }

  @Test func aProgramThatCannotBeStartedIsTriedAgain() throws {
    let stage = try PoolStage(failures: 2) { [self] _ in .finding(finding()) }
    defer { stage.pool.stop() }
    #expect(stage.wait(for: "portraits_unavailable").contains("no such program"))
    #expect(throws: PortraitFailure.unavailable) { try stage.pool.examine(Self.task, deadline: .max) }
    #expect(stage.pool.problem == "no such program")
    stage.clock.advance(milliseconds: 1_000)
    #expect(stage.wait(for: "portraits_unavailable", count: 2).contains("\"retry_seconds\":2"))
    stage.clock.advance(milliseconds: 2_000)
    #expect(try stage.examine(Self.task) == finding())
  }

  @Test func aProgramOfAnotherReleaseIsRefused() throws {
    let stage = try PoolStage(standing: [1, 2, 3]) { _ in .silence }
    defer { stage.pool.stop() }
    #expect(stage.wait(for: "portraits_unavailable").contains("does not speak"))
  }

  /// What a program says goes into the log bounded, in one line, without what steers a terminal.
  @Test func itsWordsDoNoHarm() throws {
    let stage = try PoolStage { [self] _ in .finding(finding()) }
    defer { stage.pool.stop() }
    stage.waitUntilReady()
    stage.program.say("\u{1B}[31mred\u{7}\n" + String(repeating: "x", count: 5_000) + "\n")
    let long = stage.wait(for: "portrait_program", count: 2)
    #expect(stage.wait(for: "portrait_program").contains("\u{FFFD}[31mred\u{FFFD}"))
    #expect(long.count < 600)
  }

  @Test func stoppingEndsTheProgram() throws {
    let stage = try PoolStage { [self] _ in .finding(finding()) }
    _ = try stage.examine(Self.task)
    stage.pool.stop()
    stage.program.waitForEnd()
    #expect(throws: PortraitFailure.unavailable) { try stage.pool.examine(Self.task, deadline: .max) }
    #expect(!stage.pool.submit(bytes: 1) {})
  }

  @Test func allOfItIsMeasured() throws {
    let stage = try PoolStage { [self] _ in .finding(finding()) }
    defer { stage.pool.stop() }
    _ = try stage.examine(Self.task)
    var text = PrometheusText()
    stage.pool.writeMetrics(deployment: "sandbox", to: &text)
    for line in [
      "up{} 1", "tasks_total{,outcome=\"found\"} 1", "workers_replaced_total{,cause=\"late\"} 0",
      "task_seconds_count{} 1", "task_seconds_bucket{,le=\"+Inf\"} 1", "queue{} 0", "queue_bytes{} 0",
    ] {
      let labelled = line.replacing("{", with: "{deployment=\"sandbox\"")
      #expect(text.text.contains("passgate_portrait_\(labelled)\n"))
    }
  }

  @Test func aProgramThatIsMissingIsNamedWithWhatToDo() throws {
    let stage = try PoolStage(program: "/none/passgate-portrait")
    defer { stage.pool.stop() }
    let line = stage.wait(for: "portraits_unavailable")
    #expect(line.contains("start /none/passgate-portrait: No such file or directory; build or install"))
  }

  @Test func aFileThatIsNoProgramIsNamedWithWhatToDo() throws {
    let stage = try PoolStage(program: "/etc/passwd")
    defer { stage.pool.stop() }
    #expect(
      stage.wait(for: "portraits_unavailable").contains("/etc/passwd: Permission denied; the file must be"))
  }

  @Test func aProgramThatEndsAtOnceIsTold() throws {
    let stage = try PoolStage(program: "/bin/false")
    defer { stage.pool.stop() }
    #expect(
      stage.wait(for: "portraits_unavailable").contains(
        "passgate-portrait ended with status 1 without a word"))
  }
}

private func filled(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
