package import PassgateWire

/// Why pictures were not compared: it says nothing about the pictures.
package enum PortraitFailure: Error, Sendable, Equatable {
  /// The program is missing, ended, or took too long over it.
  case unavailable
  /// More wait than may.
  case busy
}

/// Looks at pictures and compares them: the workers in service, a stand-in in tests.
package protocol PortraitExaminer: Sendable {
  /// What looks at pictures; nil while nothing does.
  var standing: PortraitStanding? { get }
  /// Why nothing does, and what to do about it.
  var problem: String? { get }
  /// Queues a whole check of so many bytes on a thread that may wait for `examine`. False when there is no room: what
  /// was asked is to be refused, not kept.
  func submit(bytes: Int, _ check: @escaping @Sendable () -> Void) -> Bool
  /// Waits for a worker until the deadline at most, monotonic nanoseconds, and then for what it finds: two seconds, half
  /// a second more for each frame. On a thread that may wait.
  func examine(_ task: PortraitTask, deadline: UInt64) throws(PortraitFailure) -> PortraitFinding
  /// Finishes what is queued, and ends the workers.
  func stop()
}

/// Where the worker's program and its files are.
package struct PortraitWorkerSettings: Sendable, Equatable {
  /// The program `passgate-portrait`.
  package var program: String
  /// The folder of the model's files.
  package var models: String
  /// The calibration file; without one nothing is compared.
  package var calibration: String?
  /// Workers at a time; 0: one fewer than there are processors, so that the other checks keep one to themselves.
  package var workers: Int

  package init(program: String, models: String, calibration: String?, workers: Int = 0) {
    self.program = program
    self.models = models
    self.calibration = calibration
    self.workers = workers
  }
}
