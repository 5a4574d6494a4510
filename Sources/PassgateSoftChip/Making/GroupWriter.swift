import PassgateDomain

/// Writes the data groups whose content is text (ICAO 9303-10 section 4.7).
enum GroupWriter {
  static func group1(_ zone: [UInt8]) -> [UInt8] { BER.element(0x61, BER.element(0x5f1f, zone)) }

  /// The name in full, and the name in its own script where there is one.
  static func group11(_ holder: InventedHolder) -> [UInt8] {
    let name = holder.hanName.isEmpty ? holder.machineName : holder.hanName
    return listed(0x6b, [(0x5f0e, Array(name.utf8)), (0x5f2b, Array(holder.fullBirthDate.utf8))])
  }

  /// Who issued the document and when.
  static func group12(_ authority: String, issued: String) -> [UInt8] {
    listed(0x6c, [(0x5f19, Array(authority.utf8)), (0x5f26, Array(issued.utf8))])
  }

  /// A data group whose first element lists the tags of the others.
  private static func listed(_ tag: UInt16, _ elements: [(tag: UInt16, content: [UInt8])]) -> [UInt8] {
    let tags = elements.flatMap { [UInt8($0.tag >> 8), UInt8($0.tag & 0xff)] }
    return BER.element(
      tag, [BER.element(0x5c, tags)] + elements.map { BER.element($0.tag, $0.content) })
  }

  /// EF.COM, for a version as `0107`.
  static func list(_ version: String, of groups: [ChipFile], others: [UInt8] = []) -> [UInt8] {
    BER.element(
      0x60,
      [
        BER.element(0x5f01, Array(version.utf8)), BER.element(0x5f36, Array("040000".utf8)),
        BER.element(0x5c, groups.compactMap(\.groupTag) + others),
      ])
  }

  /// EF.ATR/INFO: the most bytes of a command and of an answer.
  static func attributes(longest: Int) -> [UInt8] {
    let length = BER.element(0x02, DrawnFace.twoBytes(longest))
    return BER.element(0x43, [0x01]) + BER.element(0x7f66, [length, length])
  }
}

extension InventedHolder {
  /// YYYYMMDD: nobody here is born after 2030.
  var fullBirthDate: String { (birthDate.prefix(2) > "30" ? "19" : "20") + birthDate }
}

extension ChipFile {
  /// The first tag of a data group.
  var groupTag: UInt8? {
    let tags: [UInt8] = [
      0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70,
    ]
    return group.map { tags[$0 - 1] }
  }
}
