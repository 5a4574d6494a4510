import PassgateDomain

/// Where a file stands on a chip and who may read it (ICAO 9303-10 section 3.11).
struct CardFile: Sendable {
  /// A folder of the chip.
  enum Folder: Sendable {
    case masterFile
    case travelApplication
  }

  let folder: Folder
  let identifier: UInt16
  let shortIdentifier: UInt8
  /// Whether it is read without access control.
  let isOpen: Bool
}

extension ChipFile {
  var cardFile: CardFile {
    switch self {
    case .cardAccess: CardFile(folder: .masterFile, identifier: 0x011c, shortIdentifier: 0x1c, isOpen: true)
    case .cardSecurity:
      CardFile(folder: .masterFile, identifier: 0x011d, shortIdentifier: 0x1d, isOpen: false)
    case .attributes: CardFile(folder: .masterFile, identifier: 0x2f01, shortIdentifier: 0x01, isOpen: true)
    case .com: CardFile(folder: .travelApplication, identifier: 0x011e, shortIdentifier: 0x1e, isOpen: false)
    case .sod: CardFile(folder: .travelApplication, identifier: 0x011d, shortIdentifier: 0x1d, isOpen: false)
    default:
      CardFile(
        folder: .travelApplication, identifier: 0x0100 | UInt16(rawValue), shortIdentifier: rawValue,
        isOpen: false)
    }
  }
}

/// The files of a chip as commands see them: what is selected, and what a READ BINARY gives.
struct CardFiles: Sendable {
  /// The eMRTD application (ICAO 9303-10 section 3.1).
  static let applicationIdentifier: [UInt8] = [0xa0, 0, 0, 0x02, 0x47, 0x10, 0x01]

  let contents: [ChipFile: [UInt8]]
  private(set) var folder = CardFile.Folder.masterFile
  private(set) var selected: ChipFile?

  init(_ contents: [ChipFile: [UInt8]]) {
    self.contents = contents
  }

  mutating func selectFolder(_ folder: CardFile.Folder) {
    self.folder = folder
    selected = nil
  }

  /// Selects the file of the current folder with this identifier; nil when there is none.
  mutating func select(identifier: UInt16) -> ChipFile? {
    guard let file = file(where: { $0.identifier == identifier }) else { return nil }
    selected = file
    return file
  }

  mutating func select(shortIdentifier: UInt8) -> ChipFile? {
    guard let file = file(where: { $0.shortIdentifier == shortIdentifier }) else { return nil }
    selected = file
    return file
  }

  private func file(where matches: (CardFile) -> Bool) -> ChipFile? {
    contents.keys.first { $0.cardFile.folder == folder && matches($0.cardFile) }
  }
}
