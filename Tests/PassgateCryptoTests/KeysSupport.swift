import Foundation
import PassgateCrypto
import PassgateTestKit
import Testing

/// The bytes written as hexadecimal digits; what is no digit is left out.
func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The package's root, where `Tests/Vectors` lies.
let packageRoot = URL(filePath: #filePath).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A file of signature vectors in the form of Wycheproof.
struct SignatureVectors: Decodable {
  struct Group: Decodable {
    let publicKeyDer: String
    let tests: [Case]
  }

  struct Case: Decodable {
    let tcId: Int
    let comment: String
    let msg: String
    let sig: String
    let result: String
    let distid: String?
    let encoding: String?
  }

  let numberOfTests: Int
  let testGroups: [Group]

  /// Reads `../shared/testdata/pki/<name>`; nil where it is absent.
  static func load(_ name: String) throws -> SignatureVectors? {
    guard let path = SharedData.path("pki/\(name)") else { return nil }
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
  }
}

/// One key of each algorithm, made once: RSA keys are slow to make.
enum TestKeys {
  private static let keys: [SignatureAlgorithm: PrivateKey] = SignatureAlgorithm.allCases.reduce(into: [:]) {
    $0[$1] = try? PrivateKey.generate($1)
  }

  static func key(for algorithm: SignatureAlgorithm) throws -> PrivateKey {
    try #require(keys[algorithm])
  }
}

extension Verifier {
  /// `isValid` over arrays: the macros of the tests cannot take spans.
  func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    isValid(signature: signature.span, of: message.span)
  }
}

extension PublicKey {
  convenience init(_ spki: [UInt8]) throws(CryptoError) {
    try self.init(spki: spki.span)
  }
}

/// The fault that `body` throws; nil when it throws none.
func fault(_ body: () throws(CryptoError) -> Void) -> CryptoError.Reason? {
  do {
    try body()
    return nil
  } catch {
    return error.reason
  }
}

/// A DER value: tag, length, contents.
func der(_ tag: UInt8, _ contents: [UInt8]...) -> [UInt8] {
  let contents = Array(contents.joined())
  let length = contents.count
  switch length {
  case ..<0x80: return [tag, UInt8(length)] + contents
  case ..<0x100: return [tag, 0x81, UInt8(length)] + contents
  default: return [tag, 0x82, UInt8(length >> 8), UInt8(length & 0xff)] + contents
  }
}

/// A DER INTEGER of an unsigned big-endian number.
func derInteger(_ number: [UInt8]) -> [UInt8] {
  let digits = Array(number.drop { $0 == 0 })
  return der(0x02, (digits.first ?? 0x80) >= 0x80 ? [0] + digits : digits)
}
