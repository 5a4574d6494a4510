import Glibc
import PassgateClient
import PassgateSystem
import PassgateWire
import Testing

extension EndToEnd {
  @Suite struct CrashTests {
    /// What was answered is in the evidence, whenever the platform is killed; and it is back at once.
    @Test func noAcknowledgedCheckIsLostToAKill() throws {
      let site = try Site.running()
      var acknowledged: Set<[UInt8]> = []
      var restarts: [UInt64] = []
      for round in 1...10 {
        let load = try Load(site, connections: 3, depth: 16)
        // Another moment of the load in each round.
        load.wait(forAnother: 20 + 37 * round)
        #expect(try site.endPlatform(SIGKILL) == .killed(SIGKILL))
        let seen = load.finish()
        #expect(seen.faults == [])
        #expect(seen.acknowledged.count >= 20 + 37 * round)
        acknowledged.formUnion(seen.acknowledged)

        restarts.append(try restart(site))
        let evidence = try site.session("operator.json5").evidenceDigests()
        #expect(acknowledged.subtracting(evidence).isEmpty)
        // The evidence tells requests apart: it cannot hold them all by holding anything.
        #expect(!evidence.contains([UInt8](repeating: 0, count: 32)))
      }
      print("killed 10 times, \(acknowledged.count) acknowledged; back after \(restarts) ms")
      // A machine that is busy with other work may delay a round; the median is the platform's own.
      #expect(restarts.sorted()[restarts.count / 2] < 2_000)
    }

    /// Milliseconds from the start of the process to the first verified reply.
    private func restart(_ site: Site) throws -> UInt64 {
      let clock = SystemClock()
      let began = clock.monotonicNanoseconds()
      try site.startPlatform()
      let session = try Session(site.profile("hotel.json5").selfDeclared())
      let request = HealthCheckRequest(salt: [UInt8](repeating: 1, count: 16))
      let answer = try session.call(Draft(method: "passgate.v1.Health/Check", body: request.encoded()))
      #expect(try HealthCheckReply(decoding: answer.body.span).status == .serving)
      return (clock.monotonicNanoseconds() - began) / 1_000_000
    }

    @Test func theStoresAdmitOneServer() throws {
      let site = try Site.running()
      let second = try Program.run("passgated", ["--config", site.path("passgated.json5")])
      #expect(second.status == 2)
      #expect(second.errors.contains("ledger"))
      #expect(second.errors.contains("another server holds its lock file"))
    }
  }
}
