import PassgateCrypto
import PassgateDomain
import PassgateEngines
import Testing

/// The terminal's side of PACE with a chip that is written from the standard, in every group and mapping.
@Suite struct PACETests {
  struct Variant: Sendable, CustomTestStringConvertible {
    let mapping: SecurityInfos.Mapping
    let group: AgreementGroup
    let cipher: SecurityInfos.Cipher

    var testDescription: String { "\(mapping) \(group) \(cipher)" }

    /// The arc below id-PACE.
    var identifier: ProtocolIdentifier {
      let isCurve = if case .curve = group { true } else { false }
      let arc: UInt8 =
        switch mapping {
        case .generic: isCurve ? 2 : 1
        case .integrated: isCurve ? 4 : 3
        case .chipAuthentication: 6
        }
      return ProtocolIdentifier(.pace, arc, cipher.rawValue)
    }

    func chip(_ password: AccessPassword, nonceLength: Int = 16) throws -> PACEChip {
      try PACEChip(
        identifier, mapping, group, ChipCipher(cipher), password: password.sharedSecret,
        nonceLength: nonceLength)
    }

    var isDefined: Bool {
      switch mapping {
      case .generic: true
      case .integrated: group.hasIntegratedMapping
      case .chipAuthentication: if case .curve = group { cipher != .tripleDES } else { false }
      }
    }
  }

  static let groups = (0...18).compactMap(AgreementGroup.init(parameterID:))
  /// Every mapping in every group with the ciphers in turn, and every cipher in one group.
  static let variants = groups.enumerated().flatMap { index, group in
    SecurityInfos.Mapping.allCases.map { mapping in
      let cipher = SecurityInfos.Cipher.allCases[(index + Int(mapping.rawValue)) % 4]
      let isWeak = mapping == .chipAuthentication && cipher == .tripleDES
      return Variant(mapping: mapping, group: group, cipher: isWeak ? .aes256 : cipher)
    }
  }
  static let inOneGroup = SecurityInfos.Cipher.allCases.flatMap { cipher in
    SecurityInfos.Mapping.allCases.map {
      Variant(mapping: $0, group: .curve(.brainpoolP256r1), cipher: cipher)
    }
  }
  static let password = AccessPassword.can("590714")

  @Test(arguments: (variants + inOneGroup).filter(\.isDefined))
  func agrees(_ variant: Variant) throws {
    var chip = try variant.chip(Self.password)
    let own = try variant.group.privateKey(randomDraws)
    if variant.mapping == .chipAuthentication { chip.own = own }
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    let (outcome, batches) = try run(pace) { try chip.answer($0) }
    let keys = try #require(chip.keys)
    #expect(outcome.keys.encryption == keys.encryption)
    #expect(outcome.keys.authentication == keys.authentication)
    #expect(outcome.keys.cipher == ChipCipher(variant.cipher) && outcome.secret == .can)
    #expect(batches.count == 4 && batches[0][0].data.suffix(3) == [0x83, 0x01, 0x02])
    #expect((outcome.chipAuthentication != nil) == (variant.mapping == .chipAuthentication))
    let isLong = variant.group.primeBits > 1024 && variant.mapping == .generic
    #expect(batches[1][0].isExtended == isLong)
  }

  @Test func everyCombinationThatIsNotDefinedIsPassedOver() throws {
    let undefined = (Self.variants + Self.inOneGroup).filter { !$0.isDefined }
    #expect(undefined.count >= 5)
    for variant in undefined {
      let access = cardAccess(variant.identifier.bytes, [2], [variant.group.parameterID])
      let infos = try SecurityInfos(access)
      #expect(throws: ChipFault.accessNotOffered) { try PACEVariant.strongest(of: infos) }
    }
  }

  @Test(arguments: variants.filter(\.isDefined).filter { $0.mapping != .chipAuthentication })
  func wrongPassword(_ variant: Variant) throws {
    guard variant.group.primeBits <= 320 else { return }
    var chip = try variant.chip(.can("590715"))
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    var commands = 0
    #expect(throws: ChipFault.accessDenied) {
      _ = try run(pace) { command in
        commands += 1
        return try chip.answer(command)
      }
    }
    #expect(commands == 5)
  }

  /// dmrtd #33: some chips alone failed, because a zero in front was lost.
  @Test(arguments: [
    (AgreementGroup.curve(.brainpoolP256r1), PACEChip.Zero.secret),
    (.curve(.brainpoolP256r1), .publicKey), (.modular(.modp1024), .secret), (.modular(.modp1024), .publicKey),
  ])
  func leadingZeros(_ group: AgreementGroup, _ zero: PACEChip.Zero) throws {
    var chip = try Variant(mapping: .generic, group: group, cipher: .aes128).chip(Self.password)
    chip.zero = zero
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    let (outcome, _) = try run(pace) { try chip.answer($0) }
    #expect(outcome.keys.encryption == chip.keys?.encryption)
  }

  @Test(arguments: [16, 32]) func lengthsOfNonces(_ length: Int) throws {
    let variant = Variant(mapping: .generic, group: .curve(.secp192r1), cipher: .aes256)
    var chip = try variant.chip(Self.password, nonceLength: length)
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    let (outcome, _) = try run(pace) { try chip.answer($0) }
    #expect(outcome.keys.encryption == chip.keys?.encryption)
  }

  @Test(arguments: [0, 1, 8, 15, 17, 24, 31, 48, 64, 4096])
  func otherLengthsOfNoncesAreRefused(_ length: Int) throws {
    for mapping in [SecurityInfos.Mapping.generic, .integrated] {
      let variant = Variant(mapping: mapping, group: .curve(.brainpoolP256r1), cipher: .aes128)
      let chip = try variant.chip(Self.password)
      let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
      let nonce = TLV.encoded(0x7C, TLV.encoded(0x80, [UInt8](repeating: 1, count: length)))
      var commands = 0
      #expect(throws: ChipFault.protocolViolation(.pace)) {
        _ = try run(pace) { command in
          commands += 1
          return command.ins == 0x22 ? ResponseAPDU() : ResponseAPDU(nonce)
        }
      }
      // Nothing was mapped with it.
      #expect(commands == 2)
    }
  }

  // MARK: - The first command

  @Test(arguments: [0x6A80, 0x6A87, 0x6A88] as [UInt16])
  func groupIsNamedToAChipThatWantsIt(_ status: UInt16) throws {
    var chip = try Variant(mapping: .generic, group: .curve(.brainpoolP256r1), cipher: .aes128)
      .chip(Self.password)
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    chip.wantsGroupNamed = true
    let (_, batches) = try run(pace) { command in
      let answer = try chip.answer(command)
      return answer.status == 0x6A88 ? ResponseAPDU(status: status) : answer
    }
    #expect(batches.count == 5 && batches[1][0].data == batches[0][0].data + [0x84, 0x01, 13])
  }

  @Test(arguments: [0x6A80, 0x6A88] as [UInt16]) func groupIsNamedOnce(_ status: UInt16) throws {
    let chip = try Variant(mapping: .generic, group: .curve(.brainpoolP256r1), cipher: .aes128)
      .chip(Self.password)
    var commands = 0
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    #expect(throws: ChipFault.refused(.pace, status: status)) {
      _ = try run(pace) { _ in
        commands += 1
        return ResponseAPDU(status: status)
      }
    }
    #expect(commands == 2)
  }

  /// A chip that notices only when the nonce is asked for.
  @Test func groupIsNamedLate() throws {
    let variant = Variant(mapping: .generic, group: .curve(.brainpoolP256r1), cipher: .aes128)
    var chip = try variant.chip(Self.password)
    var refusals = 0
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    let (_, batches) = try run(pace) { command in
      guard command.data == [0x7C, 0x00], refusals == 0 else { return try chip.answer(command) }
      refusals += 1
      return ResponseAPDU(status: 0x6A80)
    }
    #expect(batches.count == 5 && batches[1][0].data.suffix(3) == [0x84, 0x01, 13])
  }

  @Test(arguments: [0x6300, 0x63C0, 0x63C1, 0x63CF] as [UInt16], 0..<5)
  func denialEndsItAnywhere(_ status: UInt16, _ position: Int) throws {
    var chip = try Variant(mapping: .generic, group: .curve(.secp192r1), cipher: .aes128)
      .chip(Self.password)
    var commands = 0
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    #expect(throws: ChipFault.accessDenied) {
      _ = try run(pace) { command in
        defer { commands += 1 }
        return commands == position ? ResponseAPDU(status: status) : try chip.answer(command)
      }
    }
    #expect(commands == position + 1)
  }

  @Test(arguments: [0x6982, 0x6985, 0x6A86, 0x6700, 0x6D00, 0x6F00, 0x0000, 0xFFFF] as [UInt16], 0..<5)
  func refusalEndsItAnywhere(_ status: UInt16, _ position: Int) throws {
    var chip = try Variant(mapping: .generic, group: .curve(.secp192r1), cipher: .aes128)
      .chip(Self.password)
    var commands = 0
    let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
    #expect(throws: ChipFault.refused(.pace, status: status)) {
      _ = try run(pace) { command in
        defer { commands += 1 }
        return commands == position ? ResponseAPDU(status: status) : try chip.answer(command)
      }
    }
  }

  // MARK: - Hostile answers

  @Test func readersThatCountWrongly() throws {
    let variant = Variant(mapping: .generic, group: .curve(.secp192r1), cipher: .aes128)
    let infos = try SecurityInfos(try variant.chip(Self.password).cardAccess)
    let hostile: [(ChipFault, [ResponseAPDU])] = [
      (.notAnswered, []), (.notAnswered, [ResponseAPDU()]),
      (.tooMany, [ResponseAPDU(), ResponseAPDU(), ResponseAPDU()]),
    ]
    for (fault, answers) in hostile {
      var pace = try PACE(infos, Self.password, random: randomDraws)
      _ = try pace.next([])
      #expect(throws: fault) { try pace.next(answers) }
      // What ended does not begin again.
      #expect(throws: ChipFault.protocolViolation(.pace)) { try pace.next([]) }
    }
  }

  /// Every answer with each of its bits turned, cut at each length, and lengthened: never a key, never a trap.
  @Test(arguments: [SecurityInfos.Mapping.generic, .integrated, .chipAuthentication], 1..<5)
  func alteredAnswers(_ mapping: SecurityInfos.Mapping, _ position: Int) throws {
    let variant = Variant(mapping: mapping, group: .curve(.secp192r1), cipher: .aes128)
    let own = try variant.group.privateKey(randomDraws)
    for alteration in 0..<60 {
      var chip = try variant.chip(Self.password)
      if mapping == .chipAuthentication { chip.own = own }
      let pace = try PACE(SecurityInfos(chip.cardAccess), Self.password, random: randomDraws)
      var commands = 0
      let result = Result {
        try run(pace) { command in
          defer { commands += 1 }
          let answer = try chip.answer(command)
          guard commands == position else { return answer }
          return ResponseAPDU(Self.altered(answer.data, alteration))
        }
      }
      // A changed nonce shows at the token, a changed proof when it is judged, all else at once.
      guard case .success(let (outcome, _)) = result else { continue }
      #expect(mapping == .chipAuthentication && position == 4, "alteration \(alteration)")
      #expect(try outcome.chipAuthentication?.judge(Self.cardSecurity(own, variant.group)) == .failed)
    }
  }

  private static func altered(_ data: [UInt8], _ alteration: Int) -> [UInt8] {
    var data = data
    switch alteration {
    case 0..<40 where !data.isEmpty: data[(alteration * 7) % data.count] ^= UInt8(1 << (alteration % 8))
    case 40..<50: data.removeLast(min(data.count, 1 + (alteration - 40) * 3))
    default: data += [UInt8](repeating: 0x7C, count: 1 + (alteration - 50) * 700)
    }
    return data
  }

  static func cardSecurity(
    _ own: SecretBytes, _ group: AgreementGroup, keyID: UInt8? = nil
  ) throws -> SecurityInfos {
    try SecurityInfos(TLV.encoded(0x31, keyInfo(own, group, keyID: keyID)))
  }

  /// ChipAuthenticationPublicKeyInfo with the group by its id.
  static func keyInfo(_ own: SecretBytes, _ group: AgreementGroup, keyID: UInt8?) throws -> [UInt8] {
    let key = try AgreementKey(privateKey: own, generator: group.generator()).publicKey
    let standardized: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02]
    let isCurve = if case .curve = group { true } else { false }
    let number = (key.bytes.first ?? 0) < 0x80 ? key.bytes : [0] + key.bytes
    let bits = [0] + (isCurve ? key.bytes : TLV.encoded(0x02, number))
    let algorithm = TLV.encoded(
      0x30, TLV.encoded(0x06, standardized) + TLV.encoded(0x02, [group.parameterID]))
    let spki = TLV.encoded(0x30, algorithm + TLV.encoded(0x03, bits))
    let identifier = ProtocolIdentifier(.publicKey, isCurve ? 2 : 1)
    let id = keyID.map { TLV.encoded(0x02, [$0]) } ?? []
    return TLV.encoded(0x30, TLV.encoded(0x06, identifier.bytes) + spki + id)
  }
}
