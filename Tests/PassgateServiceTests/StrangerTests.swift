import PassgateSystem
import PassgateWire
import Testing

@testable import PassgateService

@Suite struct StrangerTests {
  private static let mebibyte = 1_024 * 1_024
  private static let hour: UInt64 = 3_600_000
  private let clock = ManualClock()
  private let strangers: Strangers
  private let reading: Method

  init() throws {
    strangers = Strangers(clock)
    reading = try #require(Method.named("passgate.v1.Health/Check"))
  }

  private func send(_ mebibytes: Int, from address: String = "192.0.2.1") -> UInt32? {
    strangers.wait(address, reading, bodyCount: mebibytes * Self.mebibyte)
  }

  @Test func anAddressCallsSoManyTimesAMinute() throws {
    for _ in 0..<600 { #expect(send(0) == nil) }
    let wait = try #require(send(0))
    #expect((1...60_000).contains(wait))
    #expect(send(0, from: "192.0.2.2") == nil)
    clock.advance(milliseconds: UInt64(wait))
    #expect(send(0) == nil)
  }

  @Test func anAddressSendsSoManyBytesAnHour() {
    for _ in 0..<128 { #expect(send(1) == nil) }
    #expect(send(1) != nil)
    #expect(send(1, from: "192.0.2.2") == nil)
  }

  @Test func whoWaitsAsToldIsAdmitted() throws {
    #expect(send(100) == nil)
    clock.advance(milliseconds: Self.hour / 2)
    #expect(send(28) == nil)
    let wait = try #require(send(90))
    #expect((Self.hour / 2 - 60_000...Self.hour / 2 + 60_000).contains(UInt64(wait)))
    clock.advance(milliseconds: UInt64(wait) - 60_000)
    #expect(send(90) != nil)
    clock.advance(milliseconds: 60_000)
    #expect(send(90) == nil)
  }

  @Test func aRefusedCallTakesNothing() {
    #expect(send(127) == nil)
    for _ in 0..<600 { #expect(send(2) != nil) }
    #expect(send(1) == nil)
  }

  @Test(arguments: [
    ("Onboarding/Complain", 60), ("Onboarding/Apply", 20), ("Onboarding/DeclareChange", 300),
  ])
  func anAddressLeavesOnlySoMuchAnHour(_ name: String, _ limit: Int) throws {
    let method = try #require(Method.named("passgate.v1.\(name)"))
    for _ in 0..<limit { #expect(strangers.wait("192.0.2.1", method, bodyCount: 100) == nil) }
    #expect(strangers.wait("192.0.2.1", method, bodyCount: 100) != nil)
    #expect(send(1) == nil)
    clock.advance(milliseconds: Self.hour)
    #expect(strangers.wait("192.0.2.1", method, bodyCount: 100) == nil)
  }

  @Test func theMemoryOfAddressesIsBounded() {
    for number in 0..<10_000 { #expect(send(128, from: "a-\(number)") == nil) }
    #expect(send(1, from: "a-0") != nil)
    #expect(send(1, from: "one-more") == nil)
    #expect(send(1, from: "a-0") == nil)
  }

  @Test func anAddressLeavesOnlySoManyBytesOfActs() throws {
    let changing = try #require(Method.named("passgate.v1.Onboarding/DeclareChange"))
    for _ in 0..<4 { #expect(strangers.wait("192.0.2.1", changing, bodyCount: Self.mebibyte) == nil) }
    #expect(strangers.wait("192.0.2.1", changing, bodyCount: Self.mebibyte) != nil)
    #expect(send(1) == nil)
  }

  @Test func addressesOfOneNetworkCountTogether() {
    #expect(send(128, from: "2001:db8:1:2:3:4:5:6") == nil)
    #expect(send(1, from: "2001:db8:1:2::7") != nil)
    #expect(send(1, from: "2001:db8:1:3::7") == nil)
    #expect(send(128, from: "2001:db8::1") == nil)
    #expect(send(1, from: "2001:db8::2:1") != nil)
    #expect(send(1, from: "::1") == nil)
  }
}
