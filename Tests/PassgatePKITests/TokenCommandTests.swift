import Foundation
import PassgateCrypto
import PassgatePKI
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

/// Keys in a token, from settings and from the command line.
@Suite(.serialized, .enabled(if: SoftToken.isInstalled, "needs softhsm2"))
struct TokenCommandTests {
  private let soft: SoftToken
  private let label = SoftToken.freshLabel()
  private let folder: TemporaryDirectory

  init() throws {
    soft = try SoftToken.take()
    folder = try TemporaryDirectory()
  }

  private func run(_ words: String...) throws -> String {
    guard case .run(let invocation) = Program.commandLine.parse(words) else { throw SettingsError("usage") }
    return try Program.run(invocation, clock: ManualClock()).text
  }

  @Test func makesListsAndRequests() throws {
    let csr = folder.path("reply.csr.pem")
    let made = try run("key", "make", "--key", soft.uri(label), "--csr", csr, "--name", label)
    let request = try CertificateRequest(pem: try Files.read(csr))
    #expect(made.contains(Hex.encode(request.publicKey.keyID)) && made.contains(csr))
    let listed = try run("key", "list", "--key", soft.uri())
    #expect(listed.contains(label) && listed.contains(Hex.encode(request.publicKey.keyID)))
    #expect(listed.contains("stays in the token"))
    struct Listed: Decodable {
      struct Key: Decodable { let label: String; let kind, keyId: String?; let staysInToken: Bool }
      let keys: [Key]
    }
    let json = try run("key", "list", "--key", soft.uri(), "--json")
    let keys = try JSONDecoder().decode(Listed.self, from: Data(json.utf8)).keys
    #expect(keys.contains { $0.label == label && $0.kind == "P-256" && $0.staysInToken })
    for text in [made, listed, json] { #expect(!text.contains(soft.pin)) }
  }

  @Test(
    .enabled(if: OpenSSLCommand.isInstalled, "needs the openssl command"),
    arguments: ["ecdsa-p256-sha256", "ed25519", "rsa-pss-sha256", "rsa-pkcs1-sha256"])
  func makesRequestsThatOpenSSLTakes(_ algorithm: String) throws {
    let csr = folder.path("key.csr.pem")
    _ = try run("key", "make", "--key", soft.uri(label), "--algorithm", algorithm, "--rsa-bits", "2048")
    _ = try run(
      "key", "request", "--key", soft.uri(label), "--algorithm", algorithm, "--csr", csr, "--name", "key")
    // Its exit status says nothing.
    let judged = try OpenSSLCommand.output(["req", "-verify", "-noout", "-in", csr])
    #expect(judged.text.contains("verify OK"), "\(judged.text)")
  }

  @Test func certifiesAReplyKeyOfAToken() throws {
    let site = try Site()
    let csr = folder.path("reply.csr.pem")
    _ = try run("key", "make", "--key", soft.uri(label), "--csr", csr, "--name", "reply")
    let issued = try site.issue(.replySigning, .request(path: csr, nil))
    let chain = try site.certificates(issued.certificatePath)
    let signer = try KeyReference(soft.uri(label), in: "").signer(
      .ecdsaP256SHA256, publicKey: chain[0].publicKey)
    try signer.prove()
    #expect(signer.isRemote)
  }

  @Test func refusesBeforeItMakesAKey() throws {
    let csr = folder.path("taken")
    try Files.writeDurably([], to: csr)
    #expect(throws: PKIError.self) {
      try run("key", "make", "--key", soft.uri("k"), "--csr", csr, "--name", "k")
    }
    #expect(throws: PKIError.self) {
      try run("key", "make", "--key", soft.uri("k"), "--csr", folder.path("new"))
    }
    #expect(throws: PKIError.self) {
      try run("key", "make", "--key", soft.uri("k"), "--algorithm", "sm2-sm3")
    }
    #expect(try run("key", "list", "--key", soft.uri()).contains("No keys"))
  }
}

// MARK: - Settings

extension TokenCommandTests {
  private func reader(_ key: String) throws -> SettingsReader {
    let path = folder.path("settings.json5")
    let file = #"{ key: "\#(key)" }"#
    try Files.writeDurably(Array(file.utf8), to: path)
    return try SettingsReader(file: path)
  }

  @Test func aSettingNamesAKeyAndAPINFileBesideIt() throws {
    _ = try run("key", "make", "--key", soft.uri(label))
    try Files.writeDurably(Array("\(soft.pin)\r\n".utf8), to: folder.path("beside.pin"), mode: 0o600)
    let uri = soft.uri(label).replacing(soft.pinPath, with: "beside.pin")
    let settings = try reader(uri)
    let signer = settings.signer(.ecdsaP256SHA256, proving: true)
    settings.finish()
    #expect(settings.problems == [] && signer?.isRemote == true)
  }

  @Test func aKeyOfATokenIsNoKeyForTLS() throws {
    let settings = try reader(soft.uri(label))
    #expect(settings.privateKey() == nil)
    #expect(settings.problems.count == 1 && settings.problems[0].contains("must be a file"))
  }

  @Test(arguments: [
    ("module", "could not be loaded"), ("token", "shows no such token"), ("object", "is not there"),
    ("open pin", "chmod 600"), ("no pin", "No such file"), ("empty pin", "holds no PIN"),
    ("wrong pin", "tried once"),
    ("pin-value", "must not be in a URI"),
  ])
  func saysWhatIsWrongWithAKey(_ fault: String, _ expected: String) throws {
    let pin = folder.path("token.pin")
    try Files.writeDurably(
      Array((fault == "wrong pin" ? "246802" : fault == "empty pin" ? "\n" : soft.pin).utf8), to: pin,
      mode: fault == "open pin" ? 0o644 : 0o600)
    if fault == "no pin" { try Files.remove(pin) }
    var uri = soft.uri(label).replacing(soft.pinPath, with: pin)
    switch fault {
    case "module": uri = uri.replacing("libsofthsm2", with: "libnone")
    case "token": uri = uri.replacing("token=", with: "token=no-")
    case "pin-value": uri += "&pin-value=\(soft.pin)"
    default: break
    }
    let settings = try reader(uri)
    #expect(settings.signer(.ecdsaP256SHA256, proving: true) == nil)
    #expect(settings.problems.count == 1 && settings.problems[0].contains(expected), "\(settings.problems)")
    #expect(!settings.problems[0].contains(soft.pin) && !settings.problems[0].contains("246802"))
  }

  @Test func aTokenThatIsAwayIsNoProblemWhereTheCertificateIsKnown() throws {
    let certificate = try TestAuthority().issue(.replySigning).certificate
    let settings = try reader(soft.uri(label).replacing("token=", with: "token=no-"))
    let signer = settings.signer(.ecdsaP256SHA256, of: certificate, proving: false)
    #expect(settings.problems == [])
    #expect(throws: CryptoError.self) { try signer?.prove() }
  }

  @Test func refusesTheKeyOfAnotherCertificate() throws {
    _ = try run("key", "make", "--key", soft.uri(label))
    let certificate = try TestAuthority().issue(.replySigning).certificate
    let settings = try reader(soft.uri(label))
    #expect(settings.signer(.ecdsaP256SHA256, of: certificate, proving: true) == nil)
    #expect(settings.problems.count == 1 && settings.problems[0].contains("does not belong"))
  }
}
