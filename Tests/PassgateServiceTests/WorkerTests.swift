import PassgateSystem
import Testing

@testable import PassgateService

@Suite struct WorkerTests {
  /// Jobs done, in their order, and a gate that holds the first one.
  private struct State: Sendable {
    var done: [Int] = []
    var hasStarted = false
    var isOpen = false
  }

  /// A worker whose thread waits inside its first job, so that its queue alone takes what follows.
  private static func heldWorker(capacity: Int, _ state: Monitor<State>) throws -> Worker {
    let worker = try Worker(name: "test", capacity: capacity)
    #expect(
      worker.submit {
        state.update { $0.hasStarted = true }
        state.wait { $0.isOpen ? () : nil }
      })
    state.wait { $0.hasStarted ? () : nil }
    return worker
  }

  private static func submit(_ number: Int, to worker: Worker, _ state: Monitor<State>) -> Bool {
    worker.submit { state.update { $0.done.append(number) } }
  }

  @Test func jobsRunInTheirOrder() throws {
    let state = Monitor(State())
    let worker = try Worker(name: "test", capacity: 1_000)
    for number in 0..<1_000 { #expect(Self.submit(number, to: worker, state)) }
    worker.stop()
    #expect(state.update { $0.done } == Array(0..<1_000))
  }

  @Test(arguments: [1, 2, 16]) func aFullQueueRefuses(_ capacity: Int) throws {
    let state = Monitor(State())
    let worker = try Self.heldWorker(capacity: capacity, state)
    for number in 0..<capacity { #expect(Self.submit(number, to: worker, state)) }
    #expect(!Self.submit(99, to: worker, state))
    state.update { $0.isOpen = true }
    worker.stop()
    #expect(state.update { $0.done } == Array(0..<capacity))
  }

  @Test func placesComeFreeAgain() throws {
    let state = Monitor(State())
    let worker = try Self.heldWorker(capacity: 1, state)
    #expect(Self.submit(0, to: worker, state) && !Self.submit(1, to: worker, state))
    state.update { $0.isOpen = true }
    state.wait { $0.done.isEmpty ? nil : () }
    #expect(Self.submit(2, to: worker, state))
    worker.stop()
    #expect(state.update { $0.done } == [0, 2])
  }

  @Test func stoppingFinishesWhatIsQueuedAndTakesNoMore() throws {
    let state = Monitor(State())
    let worker = try Self.heldWorker(capacity: 10, state)
    for number in 0..<10 { #expect(Self.submit(number, to: worker, state)) }
    let stopper = try spawnThread(name: "stop") { worker.stop() }
    state.update { $0.isOpen = true }
    stopper.join()
    #expect(state.update { $0.done } == Array(0..<10))
    #expect(!Self.submit(11, to: worker, state))
  }

  @Test func manyThreadsMaySubmit() throws {
    let state = Monitor(State())
    let worker = try Worker(name: "test", capacity: 4_000)
    let threads = try (0..<4).map { thread in
      try spawnThread(name: "submit") {
        for number in 0..<1_000 { _ = Self.submit(thread * 1_000 + number, to: worker, state) }
      }
    }
    for thread in threads { thread.join() }
    worker.stop()
    #expect(state.update { $0.done }.sorted() == Array(0..<4_000))
  }
}
