import PassgateCrypto
import PassgateDomain

/// The commands of PACE and the data objects in their answers (ICAO 9303-11 sections 4.4.4, 4.4.5 and 9.4).
enum PACEMessages {
  /// MSE:Set AT for mutual authentication.
  static func choose(
    _ variant: PACEVariant, password: ChipVerdict.AccessSecret, naming: Bool
  ) -> CommandAPDU {
    var data = TLV.encoded(0x80, variant.identifier.bytes) + TLV.encoded(0x83, [password.rawValue])
    if naming { data += TLV.encoded(0x84, [variant.group.parameterID]) }
    return CommandAPDU(0x00, 0x22, 0xC1, 0xA4, data)
  }

  static let askNonce = generalAuthenticate([], isLast: false, le: 256)

  /// A step in the middle: one data object against one of at most its length. Numbers of 2048 bits need extended
  /// length both ways.
  static func exchange(_ tag: UInt32, _ content: [UInt8]) -> CommandAPDU {
    generalAuthenticate(TLV.encoded(tag, content), isLast: false, le: content.count > 200 ? 65_536 : 256)
  }

  static func confirm(_ token: [UInt8]) -> CommandAPDU {
    generalAuthenticate(TLV.encoded(0x85, token), isLast: true, le: 256)
  }

  private static func generalAuthenticate(_ objects: [UInt8], isLast: Bool, le: Int) -> CommandAPDU {
    CommandAPDU(isLast ? 0x00 : 0x10, 0x86, 0x00, 0x00, TLV.encoded(0x7C, objects), le: le)
  }

  /// 6A80, 6A87 and 6A88: what a chip says that wants data object 84.
  static func wantsGroupNamed(_ status: UInt16) -> Bool { [0x6A80, 0x6A87, 0x6A88].contains(status) }

  /// The content of the only data object in dynamic authentication data, which must have this tag.
  static func object(_ tag: UInt32, of data: [UInt8]) throws(ChipFault) -> [UInt8] {
    let objects = try objects(of: data)
    guard objects.count == 1, let content = objects[tag] else { throw .protocolViolation(.pace) }
    return content
  }

  /// The data objects in dynamic authentication data, each tag once.
  static func objects(of data: [UInt8]) throws(ChipFault) -> [UInt32: [UInt8]] {
    do throws(LDSFault) {
      let objects = try TLV(data, tag: 0x7C).children(limit: 4)
      let found = Dictionary(objects.map { ($0.tag, Array($0.content)) }) { first, _ in first }
      if found.count == objects.count { return found }
    } catch {}
    throw .protocolViolation(.pace)
  }

  /// The public key data object of an ephemeral key: the protocol and the key, without the group.
  static func publicKey(_ identifier: ProtocolIdentifier, _ key: [UInt8], in group: AgreementGroup) -> [UInt8]
  {
    let tag: UInt32 = group.agreement == .ecdh ? 0x86 : 0x84
    return TLV.encoded(0x7F49, TLV.encoded(0x06, identifier.bytes) + TLV.encoded(tag, key))
  }
}
