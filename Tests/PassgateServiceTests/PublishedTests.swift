import PassgateSystem
import Testing

@testable import PassgateService

@Suite struct PublishedTests {
  @Test func aSubscriptionKeepsItsCopyUntilItRefreshes() {
    let source = Published("old")
    var copy = Subscription(source)
    #expect(copy.value == "old")
    #expect(copy.refresh() == false)
    source.replace("new")
    #expect(copy.value == "old")
    #expect(copy.refresh() && copy.value == "new" && copy.epoch == source.epoch)
    #expect(copy.refresh() == false)
  }

  @Test func whatIsReplacedTwiceIsTakenOnce() {
    let source = Published(0)
    var copy = Subscription(source)
    source.replace(1)
    source.replace(2)
    #expect(copy.refresh() && copy.value == 2)
    #expect(copy.refresh() == false)
  }

  @Test func anEqualValueIsAChangeAllTheSame() {
    let source = Published(0)
    var copy = Subscription(source)
    let before = copy.epoch
    source.replace(0)
    #expect(copy.refresh() && copy.epoch > before)
  }

  /// A reader's value is never older than its epoch, or the next refresh would miss it.
  @Test func noChangeIsLostBetweenThreads() throws {
    let source = Published(0)
    let last = 300_000
    let writer = try spawnThread(name: "writer") {
      for value in 1...last { source.replace(value) }
    }
    var copy = Subscription(source)
    while copy.epoch < UInt64(last) + 1 {
      // The first epoch is 1, and each value is one less than the epoch that it brings.
      if copy.refresh() { try #require(UInt64(copy.value) >= copy.epoch - 1) }
    }
    writer.join()
    #expect(copy.value == last)
  }
}
