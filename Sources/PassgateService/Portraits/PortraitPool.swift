package import PassgateSystem
package import PassgateWire
import Synchronization

/// Workers that look at pictures and compare them: locked processes of the program `passgate-portrait`, which is started
/// in the background and started again when it ends. It never blocks or ends the platform.
///
/// A worker's answer is a stranger's word: it is decoded within bounds and must fit what was asked, or the worker is
/// ended. One that takes too long is ended too. Whatever happens to a worker, the next request finds another.
package final class PortraitPool: PortraitExaminer {
  /// Bounds, other ones for tests.
  struct Limits: Sendable {
    /// Time of a task without frames, nanoseconds.
    var patience: UInt64 = 2_000_000_000
    /// More for each frame.
    var patienceForFrame: UInt64 = 500_000_000
    /// After so many a worker is replaced.
    var tasksOfWorker = 1_000
    /// Calls that may wait.
    var calls = 256
    /// Bytes of bodies that may wait or be under way.
    var bytes = 64 << 20
  }

  private struct IdleWorker: Sendable {
    let worker: PortraitWorker
    var tasks = 0
  }

  private struct Places: Sendable {
    /// Workers that may be made or taken now.
    var free: Int
    var idle: [IdleWorker] = []
  }

  private let limits: Limits
  private let clock: any Clock
  private let log: Log
  private let keeper: PortraitKeeper
  private let queue: BoundedQueue
  private let places: Monitor<Places>
  private let numbers = Atomic<UInt32>(0)
  let figures = PortraitFigures()

  package convenience init(_ settings: PortraitWorkerSettings, clock: any Clock, log: Log) throws(SystemError)
  {
    try self.init(settings, limits: Limits(), clock: clock, log: log) { () throws(SystemError) in
      try PortraitProgram.launch(settings)
    }
  }

  init(
    _ settings: PortraitWorkerSettings, limits: Limits, clock: any Clock, log: Log,
    launch: @escaping PortraitKeeper.Launch
  ) throws(SystemError) {
    (self.limits, self.clock, self.log) = (limits, clock, log)
    let count = settings.workers > 0 ? settings.workers : max(1, processorCount() - 1)
    places = Monitor(Places(free: count))
    queue = try BoundedQueue(name: "portraits", threads: count, calls: limits.calls, bytes: limits.bytes)
    keeper = try PortraitKeeper(clock: clock, log: log, launch: launch)
  }

  /// The program that serves now.
  var program: PortraitProgram? { keeper.serving?.program }

  package var standing: PortraitStanding? { keeper.serving?.standing }

  package var problem: String? { keeper.problem }

  package func submit(bytes: Int, _ check: @escaping @Sendable () -> Void) -> Bool {
    queue.submit(bytes: bytes, check)
  }

  package func stop() {
    queue.stop()
    keeper.stop()
  }

  // MARK: A task

  package func examine(_ task: PortraitTask, deadline: UInt64) throws(PortraitFailure) -> PortraitFinding {
    guard let serving = keeper.serving else { throw fail(.unavailable) }
    guard let idle = takePlace(until: deadline) else { throw fail(.busy) }
    var next: IdleWorker?
    defer { giveBack(next) }
    guard let worker = fit(idle, for: serving) ?? hire(serving) else { throw fail(.unavailable) }
    do throws(PortraitWorker.Loss) {
      let finding = try ask(worker.worker, task, serving.standing)
      next = worth(keeping: worker, after: finding, serving)
      figures.count(.found)
      return finding
    } catch {
      log.warning("portrait_worker_lost", ["cause": .string(error.rawValue)])
      next = replace(worker, PortraitFigures.Cause(error), serving)
      throw fail(PortraitFigures.Outcome(error))
    }
  }

  private func fail(_ outcome: PortraitFigures.Outcome) -> PortraitFailure {
    figures.count(outcome)
    return outcome == .busy ? .busy : .unavailable
  }

  private func ask(
    _ worker: PortraitWorker, _ task: PortraitTask, _ standing: PortraitStanding
  ) throws(PortraitWorker.Loss) -> PortraitFinding {
    let begun = clock.monotonicNanoseconds()
    defer { figures.count(nanoseconds: clock.monotonicNanoseconds() - begun) }
    let patience = limits.patience + UInt64(task.frames.count) * limits.patienceForFrame
    let payload = try worker.ask(task.framed(), nanoseconds: patience)
    guard let finding = try? PortraitFinding(decoding: payload.span), finding.answers(task, standing) else {
      throw .nonsense
    }
    return finding
  }

  // MARK: Workers

  /// A place for a worker of one's own, with one that waits where there is such; nil when none comes free in time.
  private func takePlace(until deadline: UInt64) -> IdleWorker?? {
    let now = clock.monotonicNanoseconds()
    guard deadline > now else { return nil }
    return places.wait(nanoseconds: deadline - now) { places -> IdleWorker?? in
      guard places.free > 0 else { return nil }
      places.free -= 1
      return .some(places.idle.popLast())
    }
  }

  private func giveBack(_ worker: IdleWorker?) {
    places.update { places in
      places.free += 1
      if let worker { places.idle.append(worker) }
    }
  }

  /// The worker, if it is of the program that serves now and has stayed well.
  private func fit(_ idle: IdleWorker?, for serving: PortraitKeeper.Serving) -> IdleWorker? {
    guard let idle, idle.worker.program === serving.program else { return nil }
    if idle.worker.isWaiting { return idle }
    log.warning("portrait_worker_lost", ["cause": .string(PortraitWorker.Loss.ended.rawValue)])
    return replace(idle, .ended, serving)
  }

  private func hire(_ serving: PortraitKeeper.Serving) -> IdleWorker? {
    let number = numbers.add(1, ordering: .relaxed).newValue
    return (try? serving.program.makeWorker(number)).map { IdleWorker(worker: $0) }
  }

  private func worth(
    keeping worker: IdleWorker, after finding: PortraitFinding, _ serving: PortraitKeeper.Serving
  ) -> IdleWorker? {
    if finding.hasBadImage { return replace(worker, .badImage, serving) }
    if worker.tasks + 1 >= limits.tasksOfWorker { return replace(worker, .spent, serving) }
    return IdleWorker(worker: worker.worker, tasks: worker.tasks + 1)
  }

  /// Ends a worker and has another made, which is ready when the next task comes.
  private func replace(
    _ worker: IdleWorker, _ cause: PortraitFigures.Cause, _ serving: PortraitKeeper.Serving
  ) -> IdleWorker? {
    figures.count(replaced: cause)
    serving.program.end(worker.worker)
    return hire(serving)
  }

  // MARK: Figures

  package func writeMetrics(deployment: String, to text: inout PrometheusText) {
    text.metric(
      "passgate_portrait_up", "gauge", "Whether the program that compares portraits serves.",
      labels: ["deployment": deployment], keeper.serving == nil ? 0 : 1)
    text.metric(
      "passgate_portrait_queue", "gauge", "Portrait checks that wait.", labels: ["deployment": deployment],
      queue.count)
    text.metric(
      "passgate_portrait_queue_bytes", "gauge",
      "Bodies of portrait checks that wait or are under way, bytes.", labels: ["deployment": deployment],
      queue.bytes)
    figures.write(deployment: deployment, to: &text)
  }
}

extension PortraitFigures.Outcome {
  fileprivate init(_ loss: PortraitWorker.Loss) {
    self =
      switch loss {
      case .ended: .ended
      case .late: .late
      case .nonsense: .nonsense
      }
  }
}

extension PortraitFigures.Cause {
  fileprivate init(_ loss: PortraitWorker.Loss) {
    self =
      switch loss {
      case .ended: .ended
      case .late: .late
      case .nonsense: .nonsense
      }
  }
}
