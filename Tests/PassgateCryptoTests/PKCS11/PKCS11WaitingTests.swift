@testable import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

/// Waiting for a token ends.
@Suite struct PKCS11WaitingTests {
  @Test func givesUpWhenNoPermitComesFree() {
    let permits = Permits(1)
    #expect(permits.take(within: 0))
    #expect(!permits.take(within: 1_000_000))
    permits.give()
    #expect(permits.take(within: 0))
  }

  @Test func pausesGrowAndEnd() {
    let clock = ManualClock()
    var limits = PKCS11Limits()
    limits.now = { clock.monotonicNanoseconds() }
    var backOff = BackOff()
    let lost = CryptoError(.unavailable, "lost")
    for pause: UInt64 in [100, 200, 400, 800, 1600, 2000, 2000] {
      backOff.failed(with: lost, limits)
      clock.advance(milliseconds: pause - 1)
      #expect(backOff.error(at: clock.monotonicNanoseconds()) == lost)
      clock.advance(milliseconds: 1)
      #expect(backOff.error(at: clock.monotonicNanoseconds()) == nil)
    }
    backOff.succeeded()
    backOff.failed(with: lost, limits)
    clock.advance(milliseconds: 100)
    #expect(backOff.error(at: clock.monotonicNanoseconds()) == nil)
  }

  @Test func closesTheGateBetweenCallsAlone() throws {
    let gate = CallGate()
    var steps: [String] = []
    var passed = gate.pass { steps.append("call") }
    gate.close { steps.append("closed") }
    passed = gate.pass { steps.append("call") } && passed
    #expect(passed && steps == ["call", "closed", "call"])
    // Beside a call that hangs the gate gives up, and lets others through.
    passed = gate.pass {
      gate.close { steps.append("never") }
      _ = gate.pass { steps.append("beside") }
    }
    #expect(passed && steps == ["call", "closed", "call", "beside"])
  }
}
