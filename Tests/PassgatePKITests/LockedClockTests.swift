import Glibc
import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

/// A clock that counts how often it is read by somebody who does not hold a lock.
private final class LockedClock: Clock {
  private let clock: ManualClock
  private let path: String
  private let count = Mutex(0)

  init(_ site: Site) { (clock, path) = (site.clock, site.authority.lock) }

  var early: Int { count.withLock(\.self) }

  func wallMilliseconds() -> UInt64 {
    let file = unsafe open(path, O_RDWR)
    // Locks are of open files, so that of this process stands in its own way.
    if file < 0 || flock(file, LOCK_EX | LOCK_NB) == 0 { count.withLock { $0 += 1 } }
    _ = close(file)
    return clock.wallMilliseconds()
  }

  func monotonicNanoseconds() -> UInt64 { clock.monotonicNanoseconds() }
}

/// The times of commands that wait for each other follow each other too.
@Suite struct LockedClockTests {
  @Test func timesAreTakenUnderTheLock() throws {
    let rotations = try RotationSite()
    let site = rotations.site
    let clock = LockedClock(site)
    let path = try site.issue(.tenantSigning, out: "bank").certificatePath
    _ = try rotations.rotation(.reply, .now).run(clock)
    _ = try Issuance(
      folder: site.authority, purpose: .applicationTLS, commonName: "shop", keySource: .new(nil),
      outputPrefix: site.folder.path("shop")
    ).run(clock)
    _ = try Revocation(
      folder: site.authority, targets: [.certificate(path: path)], reason: .superseded
    ).run(clock)
    _ = try RevocationLists(folder: site.authority).run(clock)
    #expect(clock.early == 0)
  }

  @Test(arguments: [RotationOrder.now, .cancel, .rotate])
  func aClockThatWentBackSpoilsNoSet(_ order: RotationOrder) throws {
    let site = try RotationSite()
    site.clock.advance(milliseconds: day)
    try site.rotate(.reply)
    let before = try site.set(.reply)
    site.clock.set(wallMilliseconds: site.now - 60_000)
    let fault = sentence { try site.rotate(.reply, order) }
    #expect(fault?.contains("set the clock right") == (order == .now ? true : nil))
    #expect(try order == .cancel || site.set(.reply) == before)
    // What was refused is done when the clock is right again.
    site.clock.advance(milliseconds: 120_000)
    if order == .now { try site.rotate(.reply, .now) }
    #expect(try site.set(.reply).entries.allSatisfy { $0.lifecycle.fault == nil })
  }
}
