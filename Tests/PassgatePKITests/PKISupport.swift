import Foundation
import PassgateCrypto
import PassgatePKI
import PassgateSystem
import PassgateTestKit

/// An authority in a folder of its own, as `passgate-pki init` makes it, and a clock to issue by.
final class Site: Sendable {
  let folder: TemporaryDirectory
  let clock = ManualClock()
  let authority: AuthorityFolder

  init(serverNames: [String] = ["localhost"], years: Int = 20) throws {
    folder = try TemporaryDirectory()
    authority = AuthorityFolder(path: folder.path("pki"))
    _ = try Initialization(
      folder: authority, serverNames: serverNames.map { try ServerName($0) }, years: years
    ).run(clock)
  }

  /// The clock's time in seconds since 1970.
  var now: Int64 { Int64(clock.wallMilliseconds() / 1000) }

  /// Issues to files that begin with `out`; TLS servers are named localhost.
  func issue(
    _ purpose: KeyPurpose, _ source: Issuance.KeySource = .new(nil), days: Int? = nil, out: String = "out",
    name: String = "holder", tenant: String? = nil
  ) throws -> Issuance.Result {
    let profile = CertificateProfiles.profile(for: purpose)
    let names = profile.names == .server ? [try ServerName("localhost")] : []
    return try Issuance(
      folder: authority, purpose: purpose, commonName: name, keySource: source, days: days,
      serverNames: names, tenantID: tenant ?? (profile.names == .tenant ? "hotel-17" : nil),
      outputPrefix: folder.path(out)
    ).run(clock)
  }

  func certificates(_ path: String) throws -> [Certificate] {
    try Certificate.parsePEM(try Files.read(path))
  }

  /// Throws unless the chain in the file at `path` is trusted for `purpose` under this site's root.
  func verify(_ path: String, _ purpose: KeyPurpose) throws {
    let chain = try certificates(path)
    try ChainVerifier.verify(
      chain[0], intermediates: Array(chain.dropFirst()),
      anchors: certificates(authority.certificate(of: .root)), at: now, purpose: purpose)
  }

  /// The lines of the journal, each a JSON object of texts.
  func journal() throws -> [[String: String]] {
    try String(decoding: Files.read(authority.journal), as: UTF8.self).split(separator: "\n").map {
      try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
    }
  }

  /// Writes a request for a new key and gives its path and the key's id.
  func request(_ algorithm: SignatureAlgorithm, file: String = "csr") throws -> (path: String, keyID: [UInt8])
  {
    let request = try CertificateRequest(
      subject: DistinguishedName(commonName: "as the tenant wishes"),
      signer: FileSigner(.generate(algorithm), algorithm))
    try Files.writeDurably(request.pem(), to: folder.path(file))
    return (folder.path(file), request.publicKey.keyID)
  }
}

/// The permission bits of the file at `path`.
func mode(_ path: String) throws -> Int {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
}

/// The sentence that `body` fails with; nil when it does not.
func sentence(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
