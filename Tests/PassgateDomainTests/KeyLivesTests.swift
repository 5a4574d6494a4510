import PassgateDomain
import Testing

/// What becomes of keys beside what is stated of their tenants.
struct KeyLivesTests {
  private static func bytes(_ value: Int) -> [UInt8] { [UInt8](repeating: UInt8(value), count: 32) }

  private static func key(_ value: Int, algorithm: UInt32 = 1, tls: Int? = nil) -> TenantKey {
    TenantKey(
      keyID: bytes(value), spki: [48, 89], algorithm: algorithm, certificateFingerprint: bytes(value + 100),
      notBefore: 1000, notAfter: 2000, tlsFingerprint: tls.map(bytes))
  }

  private static func tenant(
    _ id: String = "bank", mode: AccessMode = .mobileCertificate, keys: [TenantKey] = [key(1)]
  ) -> Tenant {
    Tenant(
      id: id, name: "Bank", mode: mode, state: .open,
      policy: Policy(allowingAllIn: ["account-opening"], checksPerMinute: 60), keys: keys)
  }

  private static func directory(_ tenants: Tenant...) throws -> Directory {
    var directory = Directory()
    _ = try directory.apply(tenants: tenants)
    return directory
  }

  @Test func whatBecameOfAKeyOutlastsWhatIsStated() throws {
    var directory = try Self.directory(Self.tenant())
    try directory.add(Self.key(2), for: .mobileCertificate, to: "bank")
    directory.retire(Self.bytes(1), of: "bank", at: 1500)
    directory.revoke(Self.bytes(2), of: "bank")
    for stated in [[Self.key(1)], [Self.key(1), Self.key(2)], [Self.key(3), Self.key(1)]] {
      _ = try directory.apply(tenants: [Self.tenant(keys: stated)])
      let former = try #require(directory.lookup(tenantID: "bank", keyID: Self.bytes(1))).key
      #expect(former.isLive(at: 1499) && !former.isLive(at: 1500))
      #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(2))?.key.isRevoked == true)
    }
    directory.retire(Self.bytes(1), of: "bank", at: nil)
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(1))?.key.isLive(at: 2000) == true)
  }

  @Test func aKeyOfAnotherTenantIsNotAdded() throws {
    var directory = try Self.directory(Self.tenant(), Self.tenant("hotel", keys: [Self.key(2)]))
    let epoch = directory.epoch
    #expect(throws: ProvisionFault.self) {
      try directory.add(Self.key(2), for: .mobileCertificate, to: "bank")
    }
    #expect(throws: ProvisionFault.self) {
      try directory.add(Self.key(3), for: .mobileCertificate, to: "nobody")
    }
    // An SM2 key of a mobile certificate has a connection of its own.
    #expect(throws: ProvisionFault.self) {
      try directory.add(Self.key(3, algorithm: 5), for: .mobileCertificate, to: "bank")
    }
    #expect(directory.epoch == epoch && !directory.isKnown(Self.bytes(3)))
    try directory.add(Self.key(3), for: .mobileCertificate, to: "bank")
    #expect(directory.isKnown(Self.bytes(3)) && directory.isRegistered(Self.bytes(3)))
    #expect(throws: ProvisionFault.self) {
      try directory.apply(tenants: [Self.tenant("hotel", keys: [Self.key(3)])])
    }
  }

  @Test func aKeyServesTheWayOfAccessThatItWasMadeFor() throws {
    var directory = try Self.directory(Self.tenant())
    try directory.add(Self.key(2), for: .mobileCertificate, to: "bank")
    _ = try directory.apply(tenants: [Self.tenant(mode: .signingServer, keys: [Self.key(3)])])
    #expect(directory.tenant("bank")?.keys.map(\.keyID) == [Self.bytes(3)])
    _ = try directory.apply(tenants: [Self.tenant()])
    #expect(directory.tenant("bank")?.keys.map(\.keyID) == [Self.bytes(1), Self.bytes(2)])
  }

  @Test func aConnectionIsWithdrawnWithTheLastKeyThatUsesIt() throws {
    var directory = try Self.directory(Self.tenant(keys: [Self.key(1, algorithm: 5, tls: 50)]))
    try directory.add(Self.key(2, algorithm: 5, tls: 50), for: .mobileCertificate, to: "bank")
    directory.revoke(Self.bytes(1), of: "bank")
    #expect(directory.isWithdrawn(Self.bytes(1)) && !directory.isWithdrawn(Self.bytes(50)))
    #expect(directory.isRegistered(Self.bytes(50)) && !directory.isRegistered(Self.bytes(1)))
    directory.revoke(Self.bytes(2), of: "bank")
    #expect(directory.isWithdrawn(Self.bytes(50)) && !directory.isRegistered(Self.bytes(50)))
    #expect(!directory.isWithdrawn(Self.bytes(9)))
  }
}
