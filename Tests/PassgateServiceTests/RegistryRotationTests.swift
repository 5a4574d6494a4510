import PassgateClient
import PassgateCrypto
import PassgateStore
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// What checks under way have seen.
private final class Seen: Sendable {
  let isOver = Atomic<Bool>(false)
  let checks = Atomic<Int>(0)
  let wrong = Atomic<Int>(0)
}

/// The registry's key changes while a platform serves.
@Suite struct RegistryRotationTests {
  private func records(_ count: Int) -> [RegistryRecord] {
    (0..<count).map { index in
      RegistryRecord(
        documentType: .permit, number: "H\(20_000_000 + index)02", hanName: "陳美玲",
        latinName: "CHAN, MEI LING",
        formerNames: [], birthDate: "1985-03-14", sex: .female, expiry: "2031-06-30", previousNumbers: [],
        superseded: false)
    }
  }

  /// Waits for the background: real time, because its thread is real.
  private func wait(for what: () throws -> Bool) throws {
    let deadline = SystemClock().monotonicNanoseconds() + 30_000_000_000
    while try !what() {
      try #require(SystemClock().monotonicNanoseconds() < deadline, "the background does not come to its end")
      restThread(nanoseconds: 1_000_000)
    }
  }

  private func progress(_ platform: TestPlatform) -> String {
    (try? Files.read(platform.folder.path("registry.progress.json"))).map {
      String(decoding: $0, as: UTF8.self)
    } ?? ""
  }

  private func waitUntilSealed(_ platform: TestPlatform, with key: RegistryKey) throws {
    let line = "{\"sealedWith\":\"\(Hex.encode(key.secret.keyID))\",\"remaining\":0}\n"
    try wait { progress(platform) == line }
  }

  private func verdict(_ session: ClientSession, _ index: Int) throws -> PassgateWire.Verdict? {
    try session.call(Guest.draft(Guest.claim(number: "H\(20_000_000 + index)02"))).verdict?.verdict
  }

  /// Twenty rotations, each with its retirement, under checks and an import: no wrong answer and no refusal.
  @Test func rotationsDisturbNobody() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    let count = 2_000
    #expect(try platform.load(records(count)).status == .ok)
    let seen = Seen()
    let (profile, clock) = (try platform.tenantProfile(), platform.clock)
    let load = try spawnThread(name: "checks") {
      guard let session = try? ClientSession(profile, clock: clock) else { return }
      var index = 0
      while !seen.isOver.load(ordering: .relaxed) {
        index = (index + 7) % count
        let answer = try? session.call(Guest.draft(Guest.claim(number: "H\(20_000_000 + index)02")))
        if answer?.verdict?.verdict != .consistent { seen.wrong.add(1, ordering: .relaxed) }
        seen.checks.add(1, ordering: .relaxed)
      }
    }
    for rotation in 1...20 {
      let new = try RegistryKey.fresh()
      let last = platform.registryKeys.entries.count - 1
      var entries = platform.registryKeys.entries
      entries[last].lifecycle.retiring = 1
      platform.registryKeys = RegistryKeys(entries + [new])
      try platform.reload()
      if rotation % 5 == 0 { #expect(try platform.load(records(50)).status == .ok) }
      try waitUntilSealed(platform, with: new)
      entries[last].lifecycle.retired = 2
      platform.registryKeys = RegistryKeys(entries + [new])
      try platform.reload()
      #expect(try verdict(session, rotation) == .consistent)
    }
    seen.isOver.store(true, ordering: .relaxed)
    load.join()
    #expect(seen.wrong.load(ordering: .relaxed) == 0)
    #expect(seen.checks.load(ordering: .relaxed) > 100)
    #expect(platform.logged.count(of: "registry_keys_refused") == 0)
    #expect(try platform.service.sealing.ring.read().opening.count == 1)
    try platform.restart()
    #expect(try verdict(platform.session(platform.tenantProfile()), 5) == .consistent)
  }

  @Test func timesAreFollowedWithoutAnOrder() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    #expect(try platform.load(records(10)).status == .ok)
    let now = platform.clock.wallMilliseconds()
    var first = platform.registryKeys.entries[0]
    first.lifecycle.retiring = now + 60_000
    let next = try RegistryKey.fresh(KeyLifecycle(published: now, active: now + 60_000))
    platform.registryKeys = RegistryKeys([first, next])
    try platform.reload()
    #expect(try platform.service.sealing.ring.read().sealingID == first.sealingID)
    platform.clock.advance(milliseconds: 60_000)
    try waitUntilSealed(platform, with: next)
    #expect(try verdict(session, 1) == .consistent)
    var text = PrometheusText()
    try platform.service.sealing.writeMetrics(deployment: "sandbox", to: &text)
    #expect(text.text.contains("passgate_registry_reseal_remaining{deployment=\"sandbox\"} 0"))
  }

  @Test func aSetThatLacksWhatRowsNeedIsRefused() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    #expect(try platform.load(records(10)).status == .ok)
    let (former, other) = (platform.registryKeys, try RegistryKey.fresh())
    var ended = former.entries[0]
    (ended.lifecycle.retiring, ended.lifecycle.retired) = (1, 2)
    let wrong = [[], [other], [other] + former.entries, [ended, other]]
    for (index, entries) in wrong.enumerated() {
      platform.registryKeys = RegistryKeys(entries)
      try platform.reload()
      #expect(platform.logged.count(of: "registry_keys_refused") == index + 1)
      #expect(try verdict(session, index) == .consistent)
    }
    #expect(platform.logged.all.contains { $0.contains("10 rows are still sealed with registry key") })
    for entries in wrong {
      platform.registryKeys = RegistryKeys(entries)
      #expect(throws: RegistryKeysFault.self) { try platform.restart() }
    }
    platform.registryKeys = former
    try platform.restart()
    #expect(try verdict(platform.session(platform.tenantProfile()), 1) == .consistent)
  }

  /// Rows are more than times: a key that ends by its time, with rows under it, is kept and told of.
  @Test func aKeyThatEndsTooEarlyIsKept() throws {
    let platform = try TestPlatform()
    let (_, session) = try platform.mobileTenant()
    #expect(try platform.load(records(2_000)).status == .ok)
    let now = platform.clock.wallMilliseconds()
    var first = platform.registryKeys.entries[0]
    first.lifecycle.retiring = now + 1_000
    first.lifecycle.retired = now + 1_000
    let next = try RegistryKey.fresh(KeyLifecycle(published: now, active: now + 1_000))
    platform.registryKeys = RegistryKeys([first, next])
    try platform.reload()
    platform.clock.advance(milliseconds: 1_000)
    try waitUntilSealed(platform, with: next)
    #expect(platform.logged.count(of: "registry_key_needed") == 1)
    #expect(try verdict(session, 1_999) == .consistent)
  }
}
