package import PassgateCrypto
package import PassgateDomain

/// Passive authentication (ICAO 9303-11 section 5.1): whether an issuer that is trusted has signed what a chip holds.
package enum PassiveAuthentication {
  /// Judges the data groups by EF.SOD.
  ///
  /// - Parameters:
  ///   - files: each whole file, as read or sent. Those that no hash can cover are passed over.
  ///   - unixSeconds: the time at which certificates and revocation lists must hold, in seconds since 1970.
  package static func judge(
    _ files: [ChipFile: [UInt8]], trust: DocumentTrust, at unixSeconds: Int64
  ) -> PassiveFinding {
    guard let file = files[.sod] else { return PassiveFinding(.missing, object: nil, files) }
    do throws(CryptoError) {
      let document = try SignedDocument(securityObjectFile: file)
      let object = try SecurityObject(document.content)
      let finding = SignatureFinding(document, in: .sod, trust: trust, at: unixSeconds)
      return PassiveFinding(finding, object: object, files)
    } catch {
      return PassiveFinding(SignatureFinding(file: .sod, unreadable: error), object: nil, files)
    }
  }

  /// Judges EF.CardSecurity; its SecurityInfos, the key of chip authentication mapping among them, are the content.
  package static func judge(
    cardSecurity file: [UInt8], trust: DocumentTrust, at unixSeconds: Int64
  ) -> SignatureFinding {
    do throws(CryptoError) {
      let document = try SignedDocument(cardSecurityFile: file)
      return SignatureFinding(document, in: .cardSecurity, trust: trust, at: unixSeconds)
    } catch {
      return SignatureFinding(file: .cardSecurity, unreadable: error)
    }
  }
}

extension PassiveFinding {
  fileprivate init(_ finding: SignatureFinding, object: SecurityObject?, _ files: [ChipFile: [UInt8]]) {
    let isWeak = finding.isWeak || object?.digest == .sha1
    self.init(
      signature: finding.signature, groups: Self.groups(object, files), chain: finding.chain,
      validity: finding.validity, revocation: finding.revocation, algorithmPolicy: isWeak ? .weak : .ok,
      signer: finding.signer, problems: finding.problems)
  }

  private static func groups(
    _ object: SecurityObject?, _ files: [ChipFile: [UInt8]]
  ) -> [ChipVerdict.Group] {
    let listed = (object?.hashes.keys).map { $0.compactMap(ChipFile.init(group:)) } ?? []
    let supplied = files.keys.filter { $0.group != nil }
    return Set(listed).union(supplied).sorted().map {
      ChipVerdict.Group($0, hash(of: $0, files[$0], object))
    }
  }

  private static func hash(
    of file: ChipFile, _ bytes: [UInt8]?, _ object: SecurityObject?
  ) -> ChipVerdict.GroupHash {
    guard let object, let group = file.group, let hash = object.hashes[group] else { return .notInSOD }
    guard let bytes else { return .notSupplied }
    // A file beyond its bound is none that an issuer has signed, and is not worth the work.
    return bytes.count <= file.sizeLimit && object.digest.digest(bytes) == hash ? .match : .mismatch
  }
}
