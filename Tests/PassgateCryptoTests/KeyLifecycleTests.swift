import PassgateCrypto
import Testing

@Suite("The life of a key")
struct KeyLifecycleTests {
  static let whole = KeyLifecycle(published: 10, active: 20, retiring: 30, retired: 40)

  @Test(arguments: [
    (9, KeyState.pending, false, false), (10, .published, true, false), (19, .published, true, false),
    (20, .active, true, true), (29, .active, true, true), (30, .retiring, true, false),
    (39, .retiring, true, false), (40, .retired, false, false), (1_000, .retired, false, false),
  ])
  func followsItsTimes(_ now: UInt64, _ state: KeyState, _ verifies: Bool, _ signs: Bool) {
    #expect(Self.whole.state(at: now) == state)
    #expect(Self.whole.verifies(at: now) == verifies)
    #expect(Self.whole.signs(at: now) == signs)
  }

  @Test
  func aRevokedKeyIsRevokedWhateverElse() {
    var life = Self.whole
    life.revoked = 25
    #expect(life.state(at: 24) == .active)
    for now: UInt64 in [25, 35, 45] {
      #expect(life.state(at: now) == .revoked)
      #expect(!life.verifies(at: now) && !life.signs(at: now))
    }
  }

  @Test
  func aTaintedKeyWorksUntilItIsReplaced() {
    var life = Self.whole
    life.tainted = 22
    #expect(life.state(at: 25) == .tainted && life.signs(at: 25))
    #expect(life.state(at: 35) == .tainted && life.verifies(at: 35) && !life.signs(at: 35))
    #expect(life.state(at: 40) == .retired)
  }

  @Test
  func tellsWhatComesNext() {
    #expect(Self.whole.nextChange(after: 0) == 10)
    #expect(Self.whole.nextChange(after: 20) == 30)
    #expect(Self.whole.nextChange(after: 40) == nil)
  }

  @Test
  func refusesTimesThatDoNotFollowEachOther() {
    #expect(Self.whole.fault == nil)
    #expect(KeyLifecycle(published: 10, active: 9).fault != nil)
    #expect(KeyLifecycle(active: 9).fault != nil)
    #expect(KeyLifecycle(published: 1, active: 2, retired: 1).fault != nil)
  }
}
