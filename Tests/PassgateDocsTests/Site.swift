import PassgateCrypto
import PassgateSystem
import PassgateTestKit

/// A folder with the certificates and keys that examples name, and the examples written beside them.
struct Site {
  let folder: TemporaryDirectory
  private static let shared = Result { try TestAuthority() }
  let authority: TestAuthority

  init() throws {
    folder = try TemporaryDirectory()
    authority = try Self.shared.get()
  }

  func write(root name: String) throws { try write(name, certificates: [authority.root]) }
  func write(issuing name: String) throws { try write(name, certificates: [authority.issuing]) }

  /// Writes NAME.crt.pem and NAME.key.pem.
  @discardableResult
  func issue(
    _ purpose: KeyPurpose, _ name: String, _ algorithm: SignatureAlgorithm = .ecdsaP256SHA256,
    tenant: String? = nil
  ) throws -> TestIdentity {
    let identity = try authority.issue(purpose, algorithm, name: name, tenant: tenant)
    try write("\(name).crt.pem", certificates: identity.chain)
    try Files.writeDurably(identity.key.pem(), to: folder.path("\(name).key.pem"), mode: 0o600)
    return identity
  }

  /// Writes a text and answers its path.
  func write(_ text: String, as name: String) throws -> String {
    let path = folder.path(name)
    try Files.writeDurably(Array(text.utf8), to: path)
    return path
  }

  private func write(_ name: String, certificates: [Certificate]) throws {
    let path = folder.path(name)
    try Files.createDirectory(Files.folder(of: path))
    try Files.writeDurably(certificates.flatMap { try $0.pem() }, to: path)
  }
}
