import Foundation
import PassgateCrypto
import PassgatePKI
import PassgateSystem
import Testing

/// The table of PKI/README.md must say what the tool does.
@Suite struct PolicyDocumentTests {
  @Test func hasTheProfilesInItsTable() throws {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let document = String(decoding: try Files.read(root.path + "/PKI/README.md"), as: UTF8.self)
    let rows = document.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("| .") }
    #expect(rows.map(String.init) == Profiles.all.map(row))
  }

  private func row(_ profile: Profile) -> String {
    let named = ["1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth"]
    let identifiers = profile.purpose.extendedKeyUsage
    let own = identifiers.last?.split(separator: ".").last.map { ".\($0)" } ?? ""
    let usage = ([own] + identifiers.compactMap { named[$0] }).joined(separator: ", ")
    let names = profile.namesServers ? "DNS names and addresses " : profile.namesTenant ? "the tenant " : ""
    let algorithms = profile.algorithms.map(\.name).joined(separator: ", ")
    return "| `\(profile.purpose.rawValue)` | \(profile.days) | \(algorithms) | \(usage) | \(names)|"
  }
}
