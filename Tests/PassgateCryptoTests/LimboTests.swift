import Foundation
import PassgateTestKit
import Testing

@testable import PassgateCrypto

private let cases = CertificateCase.all("limbo/limbo_dev.json")
private let isHere = Comment("needs ../shared/testdata/pki/limbo")

/// Cases of x509-limbo whose verdict here is another, each with the reason why that cannot matter.
private let waivers = Waiver.all("limbo.tsv")

/// The rules for paths against the cases of C2SP/x509-limbo, without a profile of Passgate.
@Suite(.enabled(if: !cases.isEmpty, isHere)) struct LimboTests {
  @Test(arguments: cases) func hasTheExpectedVerdict(_ sample: CertificateCase) {
    let fault = sample.fault
    guard (fault == nil) != sample.isGood else { return }
    #expect(sample.isGood, "accepted, which nothing can excuse")
    #expect(waivers[sample.id] != nil, "refused: \(fault ?? "")")
  }

  /// A waiver is for a refusal that is one too many, and for nothing else.
  @Test(arguments: waivers.keys.sorted()) func everyWaiverIsNeeded(_ id: String) throws {
    let sample = try #require(cases.first { $0.id == id })
    #expect(sample.isGood && sample.fault != nil)
    #expect(waivers[id]?.verdict == "FAILURE" && waivers[id]?.reason.isEmpty == false)
  }
}

extension CertificateCase {
  /// Why the case is refused; nil when it is accepted.
  fileprivate var fault: String? {
    do {
      try judge(CertificateProfile.path(passgate?.purpose ?? ""), lints: false)
      return nil
    } catch {
      return "\(error)"
    }
  }
}

extension CertificateProfile {
  /// Any leaf with this use: nothing is asked that a path does not need.
  fileprivate static func path(_ purpose: String) -> CertificateProfile {
    let uses = ["serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2"]
    return CertificateProfile(
      name: "path", holder: "", purpose: nil, maximumDays: .max, defaultDays: 1,
      algorithms: SignatureAlgorithm.allCases, signatureAlgorithms: SignatureAlgorithm.allCases,
      keyUsage: .init(required: [], allowed: KeyUsage.allCases, mayBeAbsent: true),
      extendedKeyUsage: .init(required: [uses[purpose] ?? ""], allowed: Array(uses.values)),
      pathLength: nil, names: .none, needsKeyIdentifiers: true, renewal: .ceremony)
  }
}

/// One line of a list of waivers: a case, our verdict, and why it does not matter.
struct Waiver: Sendable {
  let verdict: String
  let reason: String

  /// The lines of a file beside this one, by case.
  static func all(_ name: String) -> [String: Waiver] {
    let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let text = (try? String(contentsOf: folder.appending(path: "Waivers/\(name)"), encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    return Dictionary(
      uniqueKeysWithValues: lines.filter { $0.count == 3 }.map {
        ($0[0], Waiver(verdict: $0[1], reason: $0[2]))
      })
  }
}
