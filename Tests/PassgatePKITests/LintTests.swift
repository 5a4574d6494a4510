import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct LintTests {
  private let site: Site

  init() throws {
    site = try Site()
  }

  private func lint(_ path: String, _ profile: String, _ more: String...) throws -> Program.Answer {
    let line = ["lint", path, "--profile", profile] + more
    guard case .run(let invocation) = Program.commandLine.parse(line) else {
      throw SystemError(message: "no")
    }
    return try Program.run(invocation, clock: site.clock)
  }

  @Test(arguments: CertificateProfiles.purposes) func findsNothingInWhatIsIssued(
    _ profile: CertificateProfile
  ) throws {
    let purpose = try #require(profile.purpose)
    let path = try site.issue(purpose, out: profile.name).certificatePath
    #expect(try lint(path, profile.name).status == 0)
    for other in CertificateProfiles.all where ![profile.name, "external-ca"].contains(other.name) {
      #expect(try lint(path, other.name).status == 1, "\(other.name)")
    }
  }

  @Test func findsNothingInTheAuthorities() throws {
    #expect(try lint(site.authority.certificate(of: .root), "root").status == 0)
    #expect(try lint(site.authority.certificate(of: .issuing), "issuing").status == 0)
    #expect(try lint(site.authority.certificate(of: .root), "issuing").text.contains("(passgate-days)"))
  }

  @Test func comparesTheTenant() throws {
    let path = try site.issue(.tenantMobile, tenant: "inn").certificatePath
    #expect(try lint(path, "tenant-mobile", "--tenant", "inn").status == 0)
    let other = try lint(path, "tenant-mobile", "--tenant", "hotel", "--json")
    #expect(other.status == 1 && other.text.contains("\"rule\": \"passgate-names\""))
  }
}
