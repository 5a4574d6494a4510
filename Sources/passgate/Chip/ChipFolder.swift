import PassgateSystem
import PassgateWire

/// A folder with the files of one chip, as readers save them.
struct ChipFolder {
  /// In the order of their numbers.
  let files: [ChipFile]
  /// Names of files that are no chip's, or that no check of identity takes.
  let ignored: [String]

  private static let names: [String: ChipFile.Kind] = [
    "COM": .com, "SOD": .sod, "CARDACCESS": .cardAccess, "CARDSECURITY": .cardSecurity,
    "ATRINFO": .attributes,
  ]

  /// Fingerprints and irises stay where they are.
  private static let forbidden: Set<ChipFile.Kind> = [.dg3, .dg4]

  /// The file that a name means: `EF.SOD`, `EF_SOD.bin`, `DG1`, `dg01.bin`, `EF_DG14`, `Datagroup2`; nil for any other.
  static func kind(_ name: String) -> ChipFile.Kind? {
    var word = name.uppercased()
    for ending in [".BIN", ".DAT"] where word.hasSuffix(ending) { word.removeLast(ending.count) }
    word.removeAll { ".-_ /".contains($0) }
    if word.hasPrefix("EF") { word.removeFirst(2) }
    if let kind = names[word] { return kind }
    for prefix in ["DATAGROUP", "DG"] where word.hasPrefix(prefix) {
      let digits = word.dropFirst(prefix.count)
      guard 1...2 ~= digits.utf8.count, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
        let number = UInt32(digits), 1...16 ~= number
      else { return nil }
      return ChipFile.Kind(rawValue: number)
    }
    return nil
  }

  init(_ path: String) throws {
    var found: [ChipFile.Kind: String] = [:]
    var ignored: [String] = []
    for name in try Files.list(path).sorted() {
      guard let kind = Self.kind(name), !Self.forbidden.contains(kind) else {
        ignored.append(name)
        continue
      }
      if let other = found[kind] {
        throw Failure("\(path): \(other) and \(name) are the same file of a chip")
      }
      found[kind] = name
    }
    guard !found.isEmpty else {
      throw Failure("\(path): no file of a chip: they are named EF.COM, EF.SOD, DG1 to DG16 and the like")
    }
    self.ignored = ignored
    files = try found.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, name in
      let limit = kind == .dg2 ? 1 << 20 : 64 << 10
      return ChipFile(kind: kind, content: try Files.readRegular("\(path)/\(name)", limit: limit))
    }
  }
}
