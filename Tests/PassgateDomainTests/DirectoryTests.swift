import PassgateDomain
import Testing

struct DirectoryTests {
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
      policy: Policy(allowingAllIn: ["account-opening"], checksPerMinute: 60),
      keys: keys)
  }

  private static func changed(_ tenant: Tenant = tenant(), _ change: (inout Tenant) -> Void) -> Tenant {
    var tenant = tenant
    change(&tenant)
    return tenant
  }

  @Test func findsAKeyUnderItsTenantAlone() throws {
    var directory = Directory()
    let stated = [Self.tenant(), Self.tenant("hotel", keys: [Self.key(2), Self.key(3)])]
    #expect(try directory.apply(tenants: stated) == ["bank", "hotel"])
    #expect(directory.lookup(tenantID: "hotel", keyID: Self.bytes(3))?.key == Self.key(3))
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(3)) == nil)
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(9)) == nil)
    #expect(directory.tenants.map(\.id) == ["bank", "hotel"])
    #expect(directory.isRegistered(Self.bytes(3)))
    #expect(!directory.isRegistered(Self.bytes(9)))
  }

  @Test func countsChangesAndNothingElse() throws {
    var directory = Directory()
    #expect(try directory.apply(tenants: [Self.tenant()]) == ["bank"])
    #expect(try directory.apply(tenants: [Self.tenant()]) == [])
    #expect(directory.epoch == 1)
    #expect(try directory.apply(tenants: [Self.changed { $0.state = .suspended }]) == ["bank"])
    #expect(directory.epoch == 2)
    #expect(directory.tenant("bank")?.state == .suspended)
  }

  @Test func replacesTheKeysStated() throws {
    var directory = Directory()
    _ = try directory.apply(tenants: [Self.tenant(keys: [Self.key(1), Self.key(2)])])
    _ = try directory.apply(tenants: [Self.tenant(keys: [Self.key(2), Self.key(3)])])
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(1)) == nil)
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(2))?.key == Self.key(2))
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(3))?.key == Self.key(3))
  }

  //= Measures art.8
  //= type=test
  @Test(arguments: [
    (changed { $0.id = "" }, "tenants[0].id"), (changed { $0.id = "Bank" }, "tenants[0].id"),
    (changed { $0.id = String(repeating: "a", count: 33) }, "tenants[0].id"),
    (changed { $0.id = "self" }, "tenants[0].id"), (changed { $0.name = "" }, "tenants[0].name"),
    (changed { $0.name = String(repeating: "名", count: 129) }, "tenants[0].name"),
    (changed { $0.policy = Policy(allowingAllIn: []) }, "tenants[0].scenes"),
    (changed { $0.policy = Policy(allowingAllIn: ["a b"]) }, "tenants[0].scenes"),
    (
      changed { $0.policy = Policy(allowingAllIn: ["a"], checksPerMinute: -1) },
      "tenants[0].checks_per_minute"
    ),
    (changed { $0.throttle = Throttle(checksPerMinute: 0, until: 5) }, "tenants[0].throttle"),
    (changed { $0.keys = [] }, "tenants[0].keys"),
    (changed { $0.keys[0].keyID = [1] }, "tenants[0].keys[0].certificate"),
    (changed { $0.keys[0].spki = [] }, "tenants[0].keys[0].certificate"),
    (changed { $0.keys[0].notAfter = 999 }, "tenants[0].keys[0].certificate"),
    (changed { $0.keys = [key(1), key(1)] }, "tenants[0].keys[1].certificate"),
    (changed { $0.keys[0].algorithm = 0 }, "tenants[0].keys[0].algorithm"),
    (changed { $0.keys[0].algorithm = 6 }, "tenants[0].keys[0].algorithm"),
    (changed { $0.keys[0].algorithm = 4 }, "tenants[0].keys[0].algorithm"),
    (changed { $0.keys[0].algorithm = 5 }, "tenants[0].keys[0].tls_certificate"),
    (changed { $0.keys[0].tlsFingerprint = bytes(9) }, "tenants[0].keys[0].tls_certificate"),
    (changed { $0.tlsFingerprint = bytes(9) }, "tenants[0].tls_certificate"),
    (changed(tenant(mode: .signingServer)) { $0.tlsFingerprint = [9] }, "tenants[0].tls_certificate"),
    (
      tenant(mode: .signingServer, keys: [key(1, algorithm: 5, tls: 9)]), "tenants[0].keys[0].tls_certificate"
    ),
  ])
  private func refuses(_ tenant: Tenant, field: String) {
    var directory = Directory()
    let fault = #expect(throws: ProvisionFault.self) { try directory.apply(tenants: [tenant]) }
    #expect(fault?.field == field)
    #expect(directory.tenants.isEmpty && directory.epoch == 0)
  }

  @Test(arguments: [
    tenant(keys: [key(1, algorithm: 5, tls: 9)]), tenant(mode: .signingServer, keys: [key(1, algorithm: 4)]),
    tenant(mode: .signingServer, keys: []),
    changed(tenant(mode: .signingServer)) { $0.tlsFingerprint = bytes(9) },
    changed { $0.name = String(repeating: "名", count: 128) },
    changed {
      $0.keys = []
      $0.state = .terminated
    },
  ])
  private func takes(_ tenant: Tenant) throws {
    var directory = Directory()
    #expect(try directory.apply(tenants: [tenant]) == ["bank"])
  }

  @Test func aKeyNeverPassesToAnotherTenant() throws {
    var directory = Directory()
    _ = try directory.apply(tenants: [Self.tenant(keys: [Self.key(1), Self.key(2)])])
    _ = try directory.apply(tenants: [Self.tenant(keys: [Self.key(2)])])
    let fault = #expect(throws: ProvisionFault.self) {
      try directory.apply(tenants: [
        Self.tenant("shop", keys: [Self.key(7)]), Self.tenant("hotel", keys: [Self.key(1)]),
      ])
    }
    #expect(fault?.field == "tenants[1].keys[0].certificate")
    #expect(directory.tenant("shop") == nil, "nothing of a refused provisioning is applied")
  }

  @Test func aRevokedKeyStaysRevoked() throws {
    var directory = Directory()
    let revoked = Self.changed { $0.keys[0].isRevoked = true }
    _ = try directory.apply(tenants: [Self.tenant()])
    _ = try directory.apply(tenants: [revoked])
    #expect(directory.lookup(tenantID: "bank", keyID: Self.bytes(1))?.key.isLive(at: 1500) == false)
    #expect(!directory.isRegistered(Self.bytes(1)))
    #expect(throws: ProvisionFault.self) { try directory.apply(tenants: [Self.tenant()]) }
    _ = try directory.apply(tenants: [Self.tenant(keys: [Self.key(2)])])
    #expect(throws: ProvisionFault.self) { try directory.apply(tenants: [Self.tenant()]) }
  }

  //= Measures art.14
  //= type=test
  @Test func terminationIsFinal() throws {
    var directory = Directory()
    _ = try directory.apply(tenants: [Self.changed { $0.state = .terminated }])
    for state in [TenantState.open, .suspended] {
      #expect(throws: ProvisionFault.self) {
        try directory.apply(tenants: [Self.changed { $0.state = state }])
      }
    }
  }

  @Test func refusesATenantStatedTwice() {
    var directory = Directory()
    let fault = #expect(throws: ProvisionFault.self) {
      try directory.apply(tenants: [Self.tenant(), Self.tenant()])
    }
    #expect(fault?.field == "tenants[1].id")
  }

  @Test(arguments: [(999, false), (1000, true), (2000, true), (2001, false)])
  func aKeyLivesInItsValidity(_ seconds: Int64, isLive: Bool) {
    #expect(Self.key(1).isLive(at: seconds) == isLive)
  }
}
