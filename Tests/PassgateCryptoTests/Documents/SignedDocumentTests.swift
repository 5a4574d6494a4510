import PassgateTestKit
import Testing

@testable import PassgateCrypto

/// EF.SOD and its like: every form that is allowed, and every one that OpenSSL would let pass.
@Suite struct SignedDocumentTests {
  private static let authority = Result { try Utopia.authority() }
  private static let signer = Result { try Utopia.signer(of: authority.get()) }

  private static func draft() throws -> SignedDocumentDraft {
    SignedDocumentDraft(.securityObject, [1, 2, 3], signers: [try signer.get()])
  }

  private func refusal(
    of bytes: [UInt8], _ types: Set<OID> = OID.securityObjects, _ trust: DocumentTrust? = nil
  ) -> CryptoError.Reason? {
    fault { () throws(CryptoError) in
      let document = try SignedDocument(bytes, contentTypes: types)
      _ = try document.verified(by: trust ?? DocumentTrust(authorities: []))
    }
  }

  private func refusal(_ change: (inout SignedDocumentDraft) throws -> Void) throws -> CryptoError.Reason? {
    var draft = try Self.draft()
    try change(&draft)
    return refusal(of: try draft.encoded())
  }

  @Test func formsThatAreAllowed() throws {
    #expect(try refusal { _ in } == nil)
    #expect(try refusal { $0.naming = .keyIdentifier } == nil)
    #expect(try refusal { $0.signedAt = Utopia.now } == nil)
    for type in OID.securityObjects { #expect(try refusal { $0.contentType = type } == nil) }
    #expect(try refusal { ($0.contentType, $0.version) = (.data, 1) } == nil)
    #expect(
      try refusal { try $0.signers.append(Utopia.signer(of: Self.authority.get(), 2)) } == .notAuthentic)
  }

  @Test func formsThatAreNot() throws {
    for version in [0, 1, 2, 4, 5] { #expect(try refusal { $0.version = version } == .malformed) }
    #expect(try refusal { ($0.contentType, $0.version) = (.data, 2) } == .malformed)
    #expect(try refusal { $0.contentType = .masterList } == .unsupported)
    #expect(try refusal { $0.statedType = .data } == .malformed)
    #expect(try refusal { $0.signers = [] } == .malformed)
    #expect(refusal(of: try Self.draft().encoded() + [0]) == .malformed)
    #expect(refusal(of: []) == .malformed)
    let nine = Array(repeating: try Self.signer.get(), count: 9)
    #expect(try refusal { $0.signers = nine } == .malformed)
    #expect(try refusal { $0.certificates = Array(repeating: [0x30, 0], count: 65) } == .malformed)
  }

  @Test func whereTheSignerIsFound() throws {
    let signer = try Self.signer.get()
    let other = try Utopia.signer(of: Self.authority.get(), 2)
    var draft = try Self.draft()
    draft.certificates = []
    let bare = try draft.encoded()
    #expect(refusal(of: bare) == .untrusted)
    let store = DocumentTrust(authorities: [], signers: [other.certificate, signer.certificate])
    #expect(refusal(of: bare, OID.securityObjects, store) == nil)
    let pinned = DocumentTrust(authorities: [], pinned: [signer.certificate])
    #expect(refusal(of: bare, OID.securityObjects, pinned) == nil)
    draft.naming = .keyIdentifier
    #expect(refusal(of: try draft.encoded(), OID.securityObjects, store) == nil)
    // The only certificate there is may have signed, whatever it is called; among several the name counts.
    draft.certificates = [other.certificate.der]
    #expect(refusal(of: try draft.encoded()) == .notAuthentic)
    draft.certificates = [[0x30, 0], signer.certificate.der, other.certificate.der]
    #expect(refusal(of: try draft.encoded()) == nil)
  }

  @Test func digestWithoutNull() throws {
    let key = try DocumentPrivateKey.generate(.rsa(bits: 1024))
    let message: [UInt8] = [1, 2, 3]
    let digest = DocumentDigest.sha256.digest(message)
    for (identifier, isValid) in [
      (DocumentDigest.sha256.algorithmIdentifier(hasNull: false), true),
      (DocumentDigest.sha256.algorithmIdentifier(), true), (DocumentDigest.sha1.algorithmIdentifier(), false),
      (DER.sequence(DocumentDigest.sha256.identifier.der, [0x05, 0x81, 0x00]), false),
    ] {
      let info = DER.sequence(identifier, DER.octetString(digest))
      let signature = try key.signBlock(DocumentKey.pkcs1Block(info, width: key.publicKey.width))
      #expect(
        key.publicKey.isValid(signature: signature, of: message, algorithm: .rsaPKCS1(.sha256)) == isValid)
    }
    // Padding that is too short leaves room for what a forger needs.
    let info = DER.sequence(DocumentDigest.sha256.algorithmIdentifier(), DER.octetString(digest))
    let short = [0, 1, 0xff, 0] + info
    let block = short + [UInt8](repeating: 0, count: key.publicKey.width - short.count)
    #expect(
      !key.publicKey.isValid(
        signature: try key.signBlock(block), of: message, algorithm: .rsaPKCS1(.sha256)))
  }

  @Test func recoveryKeepsLeadingZeros() throws {
    let key = try DocumentPrivateKey.generate(.rsa(bits: 1024))
    var block = [UInt8](repeating: 0, count: 128)
    block[100] = 7
    #expect(try key.publicKey.recover(key.signBlock(block)) == block)
    #expect(fault { () throws(CryptoError) in _ = try key.publicKey.recover([1]) } == .mismatch)
    let above = [UInt8](repeating: 0xff, count: 128)
    #expect(fault { () throws(CryptoError) in _ = try key.publicKey.recover(above) } == .notAuthentic)
  }

  /// Every cut and every changed byte: nothing traps, and what is still accepted has the same content.
  @Test func spoiltBytes() throws {
    let file = try Utopia.securityObject(by: Self.signer.get())
    let content = try SignedDocument(securityObjectFile: file).content
    let trust = DocumentTrust(authorities: [try Self.authority.get().certificate])
    func outcome(_ bytes: [UInt8]) -> [UInt8]? {
      guard let document = try? SignedDocument(securityObjectFile: bytes),
        let signers = try? document.verified(by: trust),
        signers.allSatisfy({ trust.judge($0, at: Utopia.now).chain == .trusted })
      else { return nil }
      return document.content
    }
    #expect(outcome(file) == content)
    for length in file.indices { #expect(outcome(Array(file.prefix(length))) == nil) }
    var accepted = 0
    for place in file.indices {
      var spoilt = file
      spoilt[place] ^= 1 << UInt8(place & 7)
      guard let found = outcome(spoilt) else { continue }
      #expect(found == content)
      accepted += 1
    }
    // What nobody signs: the list of hash functions, and the names of a signer that is the only one.
    #expect(accepted > 0 && accepted < 80)
  }
}

/// Certificates and lists that were spoilt on the way.
@Suite struct SpoiltCertificateTests {
  /// Every cut and every changed byte of a certificate: nothing traps, and nothing else has the issuer's signature.
  @Test func certificate() throws {
    let authority = try Utopia.authority()
    let der = try Utopia.signer(of: authority).certificate.der
    for length in der.indices {
      #expect((try? DocumentCertificate(der: Array(der.prefix(length)))) == nil)
    }
    for place in der.indices {
      var spoilt = der
      spoilt[place] ^= 1 << UInt8(place & 7)
      guard let read = try? DocumentCertificate(der: spoilt) else { continue }
      #expect(!read.isSigned(by: authority.certificate))
    }
    let long = der + [UInt8](repeating: 0, count: DocumentCertificate.maximumLength)
    #expect(fault { () throws(CryptoError) in _ = try DocumentCertificate(der: long) } == .malformed)
  }

  @Test func revocationList() throws {
    let authority = try Utopia.authority()
    let der = try authority.revocationList(
      of: [[7], [9]], number: 4, thisUpdate: Utopia.now, nextUpdate: Utopia.now + 10)
    let list = try DocumentRevocationList(der: der)
    #expect(list.isSigned(by: authority.certificate) && list.revokes([9]) && !list.revokes([8]))
    for place in der.indices {
      var spoilt = der
      spoilt[place] ^= 1 << UInt8(place & 7)
      guard let read = try? DocumentRevocationList(der: spoilt) else { continue }
      #expect(!read.isSigned(by: authority.certificate))
    }
  }

  /// Names are for people: nothing in them moves the cursor, turns the writing around or fills the screen.
  @Test func namesThatAreHostile() throws {
    func name(_ text: String) throws -> String {
      try DocumentAuthority(
        country: "ut", name: text, key: Utopia.keys[0], Utopia.algorithm, validity: Utopia.validity
      ).certificate.subject
    }
    #expect(try name("a\u{1b}[2J\u{202e}b\nc  d\u{85}") == "C=ut, CN=a[2Jbc d")
    #expect(try name("外交部") == "C=ut, CN=外交部")
    #expect(try name(String(repeating: "x", count: 5000)).count == 512)
    let one = try Utopia.authority(country: "ut", name: "Some  CSCA").certificate
    let other = try Utopia.authority(country: "UT", name: "some csca").certificate
    #expect(one.subjectName == other.subjectName && one.country == "UT")
  }
}

/// Lengths of BER that are brought to those of DER.
@Suite struct BERTests {
  /// An element written with indefinite lengths throughout, octet strings in two pieces.
  private static func indefinite(_ der: [UInt8]) throws(CryptoError) -> [UInt8] {
    var reader = DERReader(der)
    var output: [UInt8] = []
    while !reader.isAtEnd {
      let element = try reader.next()
      let content = reader.content(element)
      if element.tag & 0x20 != 0 {
        output += [element.tag, 0x80] + (try indefinite(content)) + [0, 0]
      } else if element.tag == 0x04, content.count > 1 {
        output += [0x24, 0x80] + DER.octetString(Array(content.prefix(1)))
        output += DER.octetString(Array(content.dropFirst())) + [0, 0]
      } else {
        output += Array(der[element.whole])
      }
    }
    return output
  }

  @Test func wholeDocument() throws {
    let authority = try Utopia.authority()
    let file = try Utopia.securityObject(by: Utopia.signer(of: authority))
    let written = try Self.indefinite(file)
    #expect(written.count > file.count + 100)
    #expect(try BER.definite(written) == file && BER.definite(file) == file)
    let trust = DocumentTrust(authorities: [authority.certificate])
    #expect(try SignedDocument.signers(of: written, trust).count == 1)
  }

  @Test(
    arguments: [
      [0x30], [0x30, 0x80], [0x30, 0x80, 0], [0x04, 0x80, 0, 0], [0x30, 0x80, 0, 0, 0],

      [0x30, 0x85, 0, 0, 0, 0, 0], [0x30, 0x84, 0xff, 0xff, 0xff, 0xff], [0x3f, 0x81, 0x01, 0],
      [0x24, 0x80, 0x02, 0x01, 0x00, 0, 0], [0x30, 0xff],
    ] as [[UInt8]])
  func malformed(_ bytes: [UInt8]) {
    #expect(fault { () throws(CryptoError) in _ = try BER.definite(bytes) } == .malformed)
  }

  @Test func longLengthsAndDepth() throws {
    #expect(try BER.definite([0x30, 0x82, 0, 3, 0x02, 0x01, 0x05]) == [0x30, 3, 0x02, 1, 5])
    func nested(_ depth: Int) -> [UInt8] {
      Array(repeating: [0x30, 0x80] as [UInt8], count: depth).flatMap(\.self)
        + [UInt8](repeating: 0, count: 2 * depth)
    }
    #expect(try BER.definite(nested(32)).count == 64)
    for depth in [33, 600, 30_000] {
      #expect(fault { () throws(CryptoError) in _ = try BER.definite(nested(depth)) } == .malformed)
    }
    // An element of known length that cannot be read inside stays as it is.
    #expect(try BER.definite([0x30, 0x80, 0x30, 0x01, 0x30, 0, 0]) == [0x30, 3, 0x30, 1, 0x30])
  }
}
