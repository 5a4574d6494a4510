import Glibc
import PassgateDomain
import PassgateSettings
import PassgateSystem
import PassgateWire

/// A claim as tenants write it: JSON with the fields of the help text, unknown ones refused.
struct ClaimFile {
  let claim: PassgateWire.IdentityClaim
  /// The scene of this claim, where it differs from the profile's.
  let scene: String?

  /// - Parameter place: where it stands, for error messages: a file, a line.
  init(_ value: JSONValue, place: String) throws(Failure) {
    let reader = SettingsReader(value, file: place)
    let type = reader.choice("documentType", of: ["permit", "passport"])
    let sex = reader.optionalString("sex")
    let scene = reader.has("scene") ? reader.identifier("scene") : nil
    let text = (
      number: reader.string("number"), name: reader.string("name"), birthDate: reader.string("birthDate"),
      expiry: reader.optionalString("expiry") ?? ""
    )
    let mrz = reader.list("mrz", default: [])
    if let sex, sex != "F", sex != "M" { reader.problem("sex", "must be F or M") }
    reader.finish()
    guard reader.problems.isEmpty else { throw Failure(reader.problems.joined(separator: "\n")) }
    self.scene = scene
    claim = PassgateWire.IdentityClaim(
      documentType: type == "permit" ? .permit : .passport, number: text.number, name: text.name,
      birthDate: text.birthDate, sex: sex.map { $0 == "F" ? .female : .male }, expiry: text.expiry, mrz: mrz)
    try Self.check(claim, place)
  }

  /// The same judgement as the platform's, made here so that a slip costs no call.
  private static func check(_ claim: PassgateWire.IdentityClaim, _ place: String) throws(Failure) {
    do throws(ClaimFault) {
      _ = try PassgateDomain.IdentityClaim(
        type: claim.documentType == .permit ? .permit : .passport, number: claim.number, name: claim.name,
        birthDate: claim.birthDate, sex: claim.sex.map { $0 == .female ? .female : .male },
        expiry: claim.expiry, mrz: claim.mrz)
    } catch {
      throw Failure("\(place): \(error)")
    }
  }

  /// From a file, or standard input for "-".
  static func read(_ path: String) throws -> ClaimFile {
    let bytes = try path == "-" ? readStandardInput() : Files.read(path, limit: 1 << 16)
    let place = path == "-" ? "standard input" : path
    guard !bytes.isEmpty else { throw Failure("\(place) is empty: give a claim with --claim FILE") }
    let value: JSONValue
    do throws(SettingsError) {
      value = try parseJSON5(bytes)
    } catch {
      throw Failure("\(place): \(error)")
    }
    return try ClaimFile(value, place: place)
  }

  private static func readStandardInput() throws -> [UInt8] {
    var reader = try LineReader(path: "-")
    var bytes: [UInt8] = []
    while let line = try reader.next() {
      bytes += line + [10]
      if bytes.count > 1 << 16 { throw Failure("standard input: a claim has at most 64 KiB") }
    }
    return bytes
  }

  /// Asks a person at the terminal.
  static func prompt() throws -> ClaimFile {
    func ask(_ question: String) -> String {
      writeError("\(question): ")
      return readLine() ?? ""
    }
    let fields: [(key: String, question: String)] = [
      ("documentType", "Document (permit or passport)"), ("number", "Number"),
      ("name", "Name as on the document"),
      ("birthDate", "Birth date (YYYY-MM-DD)"),
    ]
    var object: [String: JSONValue] = [:]
    for field in fields { object[field.key] = .string(ask(field.question)) }
    return try ClaimFile(.object(object), place: "your answers")
  }
}

extension CommandLine.Invocation {
  /// The claim of `--claim`, of standard input, or of the person at the terminal.
  func claim() throws -> ClaimFile {
    if let scene = value("--scene"), !isIdentifier(scene) {
      throw Failure("--scene: a scene has 1 to 32 characters of a-z, 0-9 and -")
    }
    let file = value("--claim") ?? (isTerminal(STDIN_FILENO) ? nil : "-")
    return try file.map { try ClaimFile.read($0) } ?? ClaimFile.prompt()
  }

  /// The scene to ask in.
  func scene(_ claim: ClaimFile, _ platform: PlatformCalls) -> String {
    claim.scene ?? value("--scene") ?? platform.scene
  }
}
