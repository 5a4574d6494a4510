import Glibc
import PassgateClient
import PassgateSystem
import PassgateWire
import Testing

extension EndToEnd {
  @Suite struct RestartTests {
    /// A request is good on the connection it was signed for and nowhere else, whatever was restarted.
    @Test func aCapturedRequestIsWorthless() throws {
      let site = try Site.running()
      let first = try site.session("hotel.json5")
      let captured = try first.sign([try first.draft()])
      _ = try first.send(captured)
      let deadline = SystemClock().monotonicNanoseconds() + 10_000_000_000
      #expect(try first.next(deadline: deadline)?.verdict.verdict == .consistent)
      _ = try first.send(captured)
      #expect(try first.next(deadline: deadline)?.reason == .sequenceUsed)
      #expect(try replay(captured, to: site) == .wrongChannel)
      #expect(try site.endPlatform(SIGTERM) == .exited(0))
      try site.startPlatform()
      #expect(try replay(captured, to: site) == .wrongChannel)
    }

    /// Why the platform refuses a request on a new connection.
    private func replay(_ captured: [Request], to site: Site) throws -> Reason? {
      let session = try site.session("hotel.json5")
      _ = try session.send(captured)
      return try session.next(deadline: SystemClock().monotonicNanoseconds() + 10_000_000_000)?.reason
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func whatWasRecordedSurvives(_ signal: Int32) throws {
      let site = try Site.running()
      let guesser = try site.session("hotel.json5")
      for name in ["陳美一", "陳美二", "陳美三", "陳美四"] {
        #expect(try guesser.verify(Claims.wire(name: name)).verdict.verdict == .inconsistent)
      }
      // A repeated guess costs nothing; the fifth different one spends the tenant's budget.
      #expect(try guesser.verify(Claims.wire(name: "陳美四")).verdict.verdict == .inconsistent)
      #expect(try guesser.verify().verdict.verdict == .consistent)
      #expect(try guesser.verify(Claims.wire(name: "陳美五")).verdict.verdict == .inconsistent)
      #expect(try guesser.verify().verdict.undeterminedReason == .attemptsExhausted)
      let tenants = try site.passgate(["operator", "tenants"]).output
      #expect(tenants.contains("hotel  mobile-certificate  open  keys: 1  scenes: lodging"))
      #expect(tenants.contains("airline  signing-server  open  keys: 2  scenes: transport"))

      _ = try site.endPlatform(signal)
      try site.startPlatform()
      let spent = try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.guest)
      #expect(spent.status == 3)
      #expect(spent.output.hasPrefix("UNDETERMINED  too many different wrong claims"))
      let other = try site.passgate(["verify", "identity"], profile: "hotel.json5", input: Claims.passenger)
      #expect(other.status == 0)
      #expect(try site.passgate(["operator", "tenants"]).output == tenants)
    }

    /// What a second server would do without the lock is not tried; what the first one left is not lost.
    @Test func aLostRegistryKeyIsNotReplaced() throws {
      let site = try Site.running()
      #expect(try site.endPlatform(SIGTERM) == .exited(0))
      for name in ["registry.key", "registry.keys.json"] {
        try Files.remove(site.path("data/sandbox/\(name)"))
      }
      let refused = try Program.run("passgated", ["--config", site.path("passgated.json5")])
      #expect(refused.status == 2)
      #expect(refused.errors.contains("registry.keys.json is missing"))
      #expect(refused.errors.contains("restore them from backup"))
    }
  }
}
