import PassgateTestKit
import Testing

@testable import PassgateCrypto

private let cases = CertificateCase.all("tenant/tenant_cert_cases.json")

/// What is registered for a tenant, against the cases that were made for it: every verdict is the expected one.
@Suite(.enabled(if: !cases.isEmpty, "needs ../shared/testdata/pki/tenant")) struct TenantCertificateTests {
  @Test(arguments: cases) func hasTheExpectedVerdict(_ sample: CertificateCase) {
    var fault: String?
    do { try sample.judge(profile(sample.profile), lints: true) } catch { fault = "\(error)" }
    #expect((fault == nil) == sample.isGood, "\(fault ?? "accepted")")
  }

  /// The committed profiles, but for what the cases do not know: our own usage, and our shorter validity.
  private func profile(_ name: String?) -> CertificateProfile {
    guard name == "tenant-client-1" else { return CertificateProfiles.externalCA }
    var profile = CertificateProfiles.profile(for: .tenantMobile)
    let clientAuthentication = "1.3.6.1.5.5.7.3.2"
    profile.extendedKeyUsage = .init(
      required: [clientAuthentication], allowed: profile.extendedKeyUsage.allowed)
    profile.maximumDays = 825
    return profile
  }
}
