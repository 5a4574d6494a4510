import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// Successors that are made in a PKCS#11 token.
@Suite(.enabled(if: SoftToken.isInstalled, "needs softhsm2"))
struct TokenRotationTests {
  private let site: RotationSite
  private let soft: SoftToken
  private let label = SoftToken.freshLabel()

  init() throws {
    site = try RotationSite()
    soft = try SoftToken.take()
  }

  private func rotation(_ role: KeySet.Role, _ key: String?, _ order: RotationOrder = .rotate) -> Rotation {
    var rotation = site.rotation(role, order)
    rotation.newKey = key
    return rotation
  }

  private func keys(of token: SoftToken) throws -> [PKCS11Key] {
    try PKCS11Token.shared(PKCS11URI(token.uri())).keys()
  }

  /// What the new entry of a set names signs, and its certificate is of that key.
  private func expectAtWork(_ role: KeySet.Role, _ label: String) throws {
    let set = try site.set(role)
    let entry = try #require(set.entries.last)
    #expect(entry.key.contains("object=\(label)") && !entry.key.contains(soft.pin))
    let signer = try KeyReference(entry.key, in: site.site.authority.path).signer(.ecdsaP256SHA256)
    #expect(signer.isRemote && signer.publicKey.keyID == entry.keyID)
    #expect(try site.certificates(role, set.entries.count - 1)[0].publicKey.keyID == entry.keyID)
  }

  @Test(arguments: [KeySet.Role.reply, .issuing])
  func makesTheSuccessorInAToken(_ role: KeySet.Role) throws {
    let report = try rotation(role, soft.uri(label)).run(site.clock)
    try expectAtWork(role, label)
    #expect(try !Files.list(site.site.authority.path).contains { $0.hasSuffix("-2.key.pem") })
    #expect(report.text.contains("the key '\(label)' of the token"))
  }

  @Test func anAuthorityOfATokenIssues() throws {
    _ = try rotation(.issuing, soft.uri(label), .now).run(site.clock)
    let issued = try site.site.issue(.operatorSigning)
    let chain = try site.site.certificates(issued.certificatePath)
    #expect(chain[1].publicKey.keyID == (try site.set(.issuing).entries.last?.keyID))
  }

  @Test func staysInTheTokenUnlessToldOtherwise() throws {
    _ = try rotation(.reply, soft.uri(), .now).run(site.clock)
    _ = try rotation(.reply, nil, .now).run(site.clock)
    #expect(try keys(of: soft).map(\.label) == ["reply-p256-2", "reply-p256-3"])
    try expectAtWork(.reply, "reply-p256-3")
    _ = try rotation(.reply, "file", .now).run(site.clock)
    #expect(try site.set(.reply).entries.last?.key == "reply-p256-4.key.pem")
    #expect(try keys(of: soft).count == 2)
  }

  @Test func seesAPINFromTheSetsFolder() throws {
    let folder = site.site.authority.path
    try Files.writeDurably(Array("\(soft.pin)\n".utf8), to: folder + "/token.pin", mode: 0o600)
    _ = try rotation(.reply, soft.uri(label).replacing(soft.pinPath, with: "token.pin")).run(site.clock)
    #expect(try site.set(.reply).entries.last?.key.contains("pin-source=file:token.pin") == true)
    try expectAtWork(.reply, label)
  }

  /// The power fails before each of the four writes; the same command then goes on with the same key.
  @Test(arguments: 0..<4)
  func finishesWhatWasInterrupted(_ point: Int) throws {
    let old = try site.set(.reply)
    var interrupted = rotation(.reply, soft.uri(label))
    interrupted.beforeWrite = Cut(after: point).check
    #expect(sentence { _ = try interrupted.run(site.clock) }?.contains("power failed") == true)
    #expect(try site.set(.reply) == old)
    let left = try keys(of: soft).first { $0.label == label }?.publicKey?.keyID
    #expect((left == nil) == (point == 0))
    _ = try rotation(.reply, soft.uri(label)).run(site.clock)
    try expectAtWork(.reply, label)
    let new = try site.set(.reply).entries.last
    #expect(left == nil || new?.keyID == left)
    #expect(try site.site.journal().count { $0["keyId"] == new.map { Hex.encode($0.keyID) } } == 1)
  }

  @Test func plansWithoutTouchingTheToken() throws {
    var plan = rotation(.reply, soft.uri())
    plan.isPlan = true
    #expect(try plan.run(site.clock).text.contains("the key 'reply-p256-2' of the token"))
    #expect(try keys(of: soft).isEmpty)
  }

  @Test func takesNoKeyThatIsAtWork() throws {
    _ = try rotation(.reply, soft.uri(label), .now).run(site.clock)
    let said = sentence { _ = try rotation(.reply, soft.uri(label)).run(site.clock) }
    #expect(said?.contains("has a certificate") == true)
    #expect(try site.set(.reply).entries.count == 3)
  }

  @Test func leavesNoKeyFileBehindUnseen() throws {
    var interrupted = rotation(.reply, nil)
    interrupted.beforeWrite = Cut(after: 1).check
    _ = sentence { _ = try interrupted.run(site.clock) }
    let said = sentence { _ = try rotation(.reply, soft.uri(label)).run(site.clock) }
    #expect(said?.contains("--key file") == true)
    _ = try rotation(.reply, "file").run(site.clock)
  }

  @Test func refusesWhatNoTokenHolds() throws {
    var rotation = site.rotation(.reply, .rotate, .sm2SM3)
    rotation.newKey = soft.uri(label)
    #expect(sentence { _ = try rotation.run(site.clock) } != nil)
    #expect(try !keys(of: soft).contains { $0.label == label })
    rotation.newKey = "reply.key.pem"
    #expect(sentence { _ = try rotation.run(site.clock) }?.contains("the word 'file'") == true)
    for role in ["server", "registry"] {
      let words = ["rotate", role, "--directory", "d", "--key", soft.uri()]
      if case .run = Program.commandLine.parse(words) { Issue.record("\(role) takes --key") }
    }
  }
}
