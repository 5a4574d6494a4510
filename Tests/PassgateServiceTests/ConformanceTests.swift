import PassgateClient
import PassgateConformance
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Synchronization
import Testing

@testable import PassgateService

/// Joint debugging over real TLS, in both access modes.
@Suite(.serialized) struct ConformanceTests {
  //= Measures art.7(3)
  //= type=test
  @Test func aMobileTenantPassesEveryCase() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let identity = try platform.authority.issue(.tenantMobile, name: "hotel")
    try platform.provision([platform.tenant("hotel", .mobileCertificate, identity)])
    try expectPass(platform, platform.profile(tenant: "hotel", identity: identity, key: identity.key))
  }

  @Test func anSM2TenantWithTwoKeysPassesEveryCase() throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let keys = try (0..<2).map { _ in try platform.authority.issue(.tenantMobile, .sm2SM3, name: "hotel") }
    let tls = try (0..<2).map { _ in try platform.authority.issue(.tenantTLS, name: "hotel") }
    var tenant = platform.tenant("hotel", .mobileCertificate, keys[0], .sm2SM3, tls: tls[0])
    tenant.keys += platform.tenant("hotel", .mobileCertificate, keys[1], .sm2SM3, tls: tls[1]).keys
    try platform.provision([tenant])
    let profiles = zip(keys, tls).map {
      platform.profile(tenant: "hotel", identity: $1, key: $0.key, .sm2SM3)
    }
    try expectPass(platform, profiles[0], second: profiles[1])
    // With two live keys, one alone is not enough.
    let report = try run(platform, profiles[0])
    #expect(report.failures == ["second-key"])
  }

  @Test(arguments: [SignatureAlgorithm.ecdsaP256SHA256, .rsaPKCS1SHA256])
  func aSigningServersTenantPassesEveryCase(_ algorithm: SignatureAlgorithm) throws {
    let platform = try TestPlatform()
    try platform.loadSuite()
    let identity = try platform.authority.issue(.tenantSigning, algorithm, name: "airline")
    try platform.provision([platform.tenant("airline", .signingServer, identity, algorithm)])
    try expectPass(
      platform, platform.profile(tenant: "airline", identity: nil, key: identity.key, algorithm))
  }

  private func run(
    _ platform: TestPlatform, _ profile: Profile, second: Profile? = nil
  ) throws -> ConformanceReport {
    let client = ConformanceClient(profile, second: second, clock: platform.clock) { _ in
      Issue.record("nothing had to wait")
    }
    let (signed, trials) = try client.run { _ in }
    for trial in trials where trial.problem != nil {
      Issue.record("\(trial.conformanceCase.id): \(trial.problem ?? "")")
    }
    return signed.report
  }

  private func expectPass(_ platform: TestPlatform, _ profile: Profile, second: Profile? = nil) throws {
    let passes = Passes()
    try platform.service.conformance.whenPassed(passes.take)
    let report = try run(platform, profile, second: second)
    for result in report.results where !result.passed { Issue.record("\(result.name): \(result.seen)") }
    #expect(report.passed && report.results.map(\.name) == ConformanceSuite.all.map(\.id))
    #expect(report.tenantID == profile.tenantID && report.suite == ConformanceSuite.version)
    #expect(passes.all == [profile.tenantID])
  }
}

/// Who passed.
private final class Passes: Sendable {
  private let tenants = Mutex<[String]>([])

  var all: [String] { tenants.withLock { $0 } }

  @Sendable func take(_ tenant: String, _ pass: ConformancePass) {
    guard pass.cases == UInt32(ConformanceSuite.all.count), pass.report.count == 32 else { return }
    tenants.withLock { $0.append(tenant) }
  }
}

extension ConformanceReport {
  fileprivate var failures: [String] { results.filter { !$0.passed }.map(\.name) }
}

extension TestPlatform {
  /// Puts the persons of the suite on record.
  func loadSuite() throws {
    try load(
      ConformanceSuite.persons.map { person in
        RegistryRecord(
          documentType: person.type == .permit ? .permit : .passport, number: person.number,
          hanName: person.hanName, latinName: person.latinName,
          formerNames: person.formerNames.isEmpty ? [] : [person.formerNames], birthDate: person.birthDate,
          sex: person.sex == .female ? .female : .male, expiry: person.expiry,
          previousNumbers: person.previousNumbers.split(separator: ";").map(String.init), superseded: false)
      })
  }
}
