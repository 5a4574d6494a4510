// Files of a chip: the first byte is the file's number, 1 to 21.
import PassgateDomain
import PassgateEngines

func examine(_ bytes: [UInt8]) {
  guard let number = bytes.first, let file = ChipFile(rawValue: number) else { return }
  let content = Array(bytes.dropFirst())
  _ = tried { try file.length(from: content) }
  _ = tried { try ChipFile.check([file: content]) }
  switch file {
  case .com: _ = tried { try DocumentIndex(content) }
  case .dg1: _ = tried { try ChipZone(dg1: content) }
  case .dg2: _ = tried { try Portraits(content) }
  case .dg11: _ = tried { try DetailFile(dg11: content) }.map { ($0.fullName, $0.otherNames, $0.birthDate) }
  case .dg12: _ = tried { try DetailFile(dg12: content) }.map { ($0.authority, $0.issueDate) }
  case .dg14: _ = tried { try SecurityInfos(dg14: content) }
  case .dg15: _ = tried { try ActiveAuthenticationKey(content) }
  case .attributes: _ = tried { try ChipAttributes(content) }
  default: break
  }
}
