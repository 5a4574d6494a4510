import Synchronization

/// A value that one thread replaces and loops read: they compare an epoch on every tick and copy only when it
/// has moved.
package final class Published<Value: Sendable>: Sendable {
  private let value: Mutex<Value>
  private let version = Atomic<UInt64>(1)

  package init(_ value: Value) { self.value = Mutex(value) }

  /// Rises with every change.
  var epoch: UInt64 { version.load(ordering: .acquiring) }

  func read() -> Value { value.withLock { $0 } }

  package func replace(_ newValue: Value) {
    value.withLock { $0 = newValue }
    version.add(1, ordering: .releasing)
  }
}

/// A loop's own copy of a published value.
package struct Subscription<Value: Sendable> {
  private let source: Published<Value>
  package private(set) var value: Value
  private(set) var epoch: UInt64

  package init(_ source: Published<Value>) {
    self.source = source
    epoch = source.epoch
    value = source.read()
  }

  /// Takes the latest value over; true when it had changed.
  package mutating func refresh() -> Bool {
    let latest = source.epoch
    guard latest != epoch else { return false }
    // The epoch is read first: a change in between is seen again on the next tick.
    epoch = latest
    value = source.read()
    return true
  }
}
