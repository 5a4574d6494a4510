import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

extension PKCS11Tests {
  /// A token that goes away and comes back while its key is in use.
  @Suite struct PKCS11LossTests {
    private let soft: SoftToken
    private let clock = ManualClock()
    private let signer: PKCS11Signer

    init() throws {
      soft = try SoftToken.take()
      var limits = PKCS11Limits()
      limits.now = { [clock] in clock.monotonicNanoseconds() }
      let uri = try PKCS11URI(soft.uri("key"))
      signer = try PKCS11Token(uri, readPIN: soft.readPIN, limits: limits).generate(uri, .ecdsaP256SHA256)
    }

    private func reasonOfRefusal() -> CryptoError.Reason? {
      do throws(CryptoError) {
        try signer.prove()
        return nil
      } catch {
        return error.reason
      }
    }

    /// Whether it signs again, soon: a try is put off while another test's call is long under way.
    private func comesBack() -> Bool {
      for _ in 0..<30 {
        if reasonOfRefusal() == nil { return true }
        clock.advance(milliseconds: 60_000)
      }
      return false
    }

    @Test func degradesAndComesBackByItself() throws {
      for _ in 0..<3 {
        #expect(reasonOfRefusal() == nil)
        try soft.unplug()
        for _ in 0..<3 {
          #expect(reasonOfRefusal() == .unavailable)
          clock.advance(milliseconds: 60_000)
        }
        try soft.plug()
        #expect(comesBack())
      }
    }

    @Test func isNotLookedForAtEachSignature() throws {
      try soft.unplug()
      #expect(reasonOfRefusal() == .unavailable)
      try soft.plug()
      // It is there again, and nobody looks before the pause is over.
      #expect(reasonOfRefusal() == .unavailable)
      clock.advance(milliseconds: 60_000)
      #expect(comesBack())
    }
  }
}
