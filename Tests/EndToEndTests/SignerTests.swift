import PassgateCrypto
import PassgateSystem
import PassgateTestKit
import Testing

extension EndToEnd {
  /// The signing server, asked from the command line.
  @Suite(SharedSite()) struct SignerTests {
    private let site: Site
    private static let profile = "ticketing/airline.json5"

    init() throws {
      site = try SharedSite.site
      if site.signer == nil { try site.startSigner() }
    }

    private func signer(_ arguments: [String]) throws -> Outcome {
      try site.passgate(["signer"] + arguments, profile: Self.profile)
    }

    @Test func signsAFileAndFindsItsSignatureGoodAndNoOther() throws {
      try site.write("an invoice", to: "invoice")
      try site.write("another invoice", to: "other")
      let paths = (
        file: site.path("invoice"), other: site.path("other"), certificate: site.path("from.crt.pem")
      )
      let signed = try signer(["sign", paths.file, "--certificate-out", paths.certificate])
      #expect(signed.status == 0 && signed.output.contains("sm2-sm3"))
      let check = ["--signature", paths.file + ".sig", "--certificate", paths.certificate]
      #expect(try signer(["verify", paths.file] + check).status == 0)
      #expect(try signer(["verify", paths.other] + check).status == 1)
      // What was signed once is not signed over.
      #expect(try signer(["sign", paths.file]).status == 2)
    }

    @Test func tellsWhichKeyIsInUse() throws {
      let listed = try signer(["keys", "--json"])
      #expect(listed.status == 0)
      let keyID = Hex.encode(try site.identities.named("airline").key.publicKey.keyID)
      let lines = try signer(["keys"]).output.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines.filter { $0.hasSuffix("in use") }.map { $0.prefix(64) } == [keyID[...]])
      #expect(try signer(["health"]).status == 0)
    }

    @Test func aProfileThatNamesNoKeyUsesTheOneInUse() throws {
      let named = try site.applicationProfile(keyOf: "airline")
      let keyID = Hex.encode(try site.identities.named("airline").key.publicKey.keyID)
      let unnamed = named.replacing(", keyId: \"\(keyID)\"", with: "")
      #expect(unnamed != named)
      try site.write(unnamed, to: "ticketing/any.json5")
      let shown = try site.passgate(
        ["verify", "identity"], profile: "ticketing/any.json5", input: Claims.passenger)
      #expect(shown.status == 0)
    }
  }
}
