import Foundation
import PassgateCrypto
import PassgateTestKit
import Testing

/// Files of certificates in the forms that authorities hand out.
@Suite struct DocumentTrustFileTests {
  private struct Made {
    let certificate: [UInt8]
    let revocationList: [UInt8]
    let masterList: [UInt8]

    init() throws {
      let authority = try Utopia.authority()
      certificate = authority.certificate.der
      revocationList = try authority.revocationList(
        of: [[5]], number: 3, thisUpdate: Utopia.now, nextUpdate: Utopia.now + 1)
      masterList = try Utopia.signer(of: authority, role: .masterListSigner).masterList(
        of: [certificate], signedAt: Utopia.now, authority: authority.certificate)
    }
  }

  private static func folded(_ name: String, _ bytes: [UInt8], _ end: String = "\n") -> String {
    let whole = "\(name):: \(Data(bytes).base64EncodedString())"
    let lines = stride(from: 0, to: whole.count, by: 70).map { String(whole.dropFirst($0).prefix(70)) }
    return lines.joined(separator: "\(end) ") + end
  }

  private static func pem(_ label: String, _ bytes: [UInt8]) -> String {
    let text = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
  }

  private func file(_ text: String) throws(CryptoError) -> DocumentTrustFile {
    try DocumentTrustFile(Array(text.utf8))
  }

  @Test func oneValueInDER() throws {
    let made = try Made()
    for (bytes, kind) in [
      (made.certificate, DocumentTrustFile.Kind.certificate), (made.revocationList, .revocationList),
      (made.masterList, .masterList),
    ] {
      let file = try DocumentTrustFile(bytes)
      let item = try #require(file.items.first)
      #expect(item.kind == kind && item.bytes == bytes && item.line == 1)
      #expect(file.items.count == 1 && file.problems.isEmpty)
    }
  }

  @Test(arguments: ["\n", "\r\n"])
  func directoryOfThePKD(_ end: String) throws {
    let made = try Made()
    let text =
      "version: 1\(end)\(end)dn: c=UT,dc=data\(end)objectClass: top\(end)cn: not base64\(end)"
      + Self.folded("CscaMasterListData", made.masterList, end) + "\(end)dn: o=dsc\(end)"
      + Self.folded("userCertificate;binary", made.certificate, end) + "userCertificate;binary:: @@@@\(end)"
      + Self.folded("certificateRevocationList;binary", made.revocationList, end)
    let file = try file(text)
    #expect(file.items.map(\.kind) == [.masterList, .certificate, .revocationList])
    #expect(file.items.map(\.bytes) == [made.masterList, made.certificate, made.revocationList])
    #expect(
      file.items.first?.line == 6 && file.problems.count == 1
        && file.problems.first?.reason.contains("base64") == true)
  }

  @Test func textOfPEM() throws {
    let made = try Made()
    let file = try file(
      "subject=x\n" + Self.pem("CERTIFICATE", made.certificate) + Self.pem("CERTIFICATE", []) + "noise\n"
        + Self.pem("PRIVATE KEY", [1]) + Self.pem("X509 CRL", made.revocationList)
        + Self.pem("CMS", made.masterList))
    #expect(file.items.map(\.bytes) == [made.certificate, made.revocationList, made.masterList])
    #expect(
      file.items.map(\.kind) == [.certificate, .revocationList, .masterList] && file.problems.count == 1)
  }

  @Test(arguments: ["", "hello", "0", "0\u{1}0", "cn:: AAAA\n", "userCertificate;binary: x\n", ":::\n"])
  func nothingThatIsKnown(_ text: String) {
    #expect(fault { () throws(CryptoError) in _ = try file(text) } == .malformed)
  }

  @Test func kindIsKnownOfEveryPublishedFile() throws {
    guard TravelData.isThere else { return }
    for (name, kind) in [
      ("masterlist/IT_MasterListCSCA.ml", DocumentTrustFile.Kind.masterList),
      ("dsc/MY_DSC.cer", .certificate),
      ("synthetic/sha256_ecdsa_secp256r1/crl_stale.crl", .revocationList),
    ] {
      #expect(try DocumentTrustFile(TravelData.bytes(name)).items.map(\.kind) == [kind])
    }
  }
}
