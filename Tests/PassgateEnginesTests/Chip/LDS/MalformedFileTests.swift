import PassgateCrypto
import PassgateDomain
import PassgateEngines
import PassgateTestKit
import Testing

/// `malformed-lds.json`: hostile and odd files, and what is to be said of each.
struct MalformedFileTests {
  static let cases: [MalformedFile] = {
    guard let list = try? ChipVectors("vectors/malformed-lds.json")["cases"].list else { return [] }
    return list.compactMap { try? MalformedFile($0) }
  }()

  @Test(
    .enabled(
      if: SharedData.path("emrtd/vectors/malformed-lds.json") != nil, "needs ../shared/testdata/emrtd"),
    arguments: cases)
  func isAcceptedFlaggedOrRefused(_ malformed: MalformedFile) {
    #expect(Reading.of(malformed.file, malformed.bytes).name == malformed.expected)
  }

  @Test(.enabled(if: SharedData.path("emrtd/vectors/malformed-lds.json") != nil))
  func noneIsForgotten() {
    #expect(Self.cases.count == 30)
  }
}

struct MalformedFile: Sendable, CustomTestStringConvertible {
  let name: String
  let file: ChipFile
  let bytes: [UInt8]
  let expected: String

  var testDescription: String { name }

  init(_ vector: ChipVectors) throws {
    name = try vector["name"].text
    let slot = try vector["slot"].text
    file = try #require(ChipFile.allCases.first { $0.name == slot || $0.name == "EF.\(slot)" })
    bytes = try vector["hex"].text.isEmpty ? [] : vector.bytes("hex")
    expected = try vector["expect"].text
  }
}

/// What the readers of files make of bytes.
enum Reading: Equatable {
  case accepted
  /// Taken, with something odd in it.
  case flagged
  case refused(LDSFault)

  var name: String {
    switch self {
    case .accepted: "accept"
    case .flagged: "accept-flag"
    case .refused: "reject"
    }
  }

  static func of(_ file: ChipFile, _ bytes: [UInt8]) -> Reading {
    do {
      try ChipFile.check([file: bytes])
      return try isOdd(file, bytes) ? .flagged : .accepted
    } catch let fault as LDSFault {
      return .refused(fault)
    } catch {
      return .refused((error as? ChipFileFault)?.fault ?? .empty)
    }
  }

  /// What is no EF.SOD proves nothing; whether its signature is valid is not asked here.
  private static func isSigned(_ bytes: [UInt8]) throws -> Bool {
    let finding = PassiveAuthentication.judge(
      [.sod: bytes], trust: DocumentTrust(authorities: []), at: 1_795_406_400)
    guard finding.chain != .invalid else { throw LDSFault.malformed(tag: 0x77) }
    return finding.signature != .valid
  }

  private static func isOdd(_ file: ChipFile, _ bytes: [UInt8]) throws -> Bool {
    switch file {
    case .com: try DocumentIndex(bytes).hasUnknownTags
    case .dg1: try !ChipZone(dg1: bytes).warnings.isEmpty
    case .dg2: try Portraits(bytes).portrait == nil
    case .dg11: try DetailFile(dg11: bytes).fullName == nil
    case .dg12: try DetailFile(dg12: bytes).authority == nil
    case .dg14: try !SecurityInfos(dg14: bytes).unknown.isEmpty
    case .dg15: try ActiveAuthenticationKey(bytes).spki.isEmpty
    case .cardAccess: try !SecurityInfos(bytes).unknown.isEmpty
    case .cardSecurity: try !SecurityInfos(cardSecurity: bytes).unknown.isEmpty
    case .attributes: try !ChipAttributes(bytes).takesExtendedLength
    case .sod: try isSigned(bytes)
    default: false
    }
  }
}
