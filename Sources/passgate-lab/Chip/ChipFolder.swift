import PassgateCrypto
import PassgateDomain
import PassgateSettings
import PassgateSoftChip
import PassgateSystem

/// A folder with the files of one chip and, in `chip.json`, what is in the chip and cannot be read: its passwords and
/// keys. Both `chip write` and `chip simulate --files` know its form.
enum ChipFolder {
  private static let secrets = "chip.json"

  /// `EF.COM`, `DG1`; a slash has no place in a file's name.
  private static func name(_ file: ChipFile) -> String { file.name.filter { $0 != "/" } }

  // MARK: - Writing

  static func write(_ document: SoftDocument, to folder: String) throws {
    try Files.createDirectory(folder)
    for (file, content) in document.files {
      try Files.writeDurably(content, to: "\(folder)/\(name(file))")
    }
    try Files.writeDurably(Array(try json(document).utf8), to: "\(folder)/\(secrets)", mode: 0o600)
  }

  private static func json(_ document: SoftDocument) throws -> String {
    let active = try document.keys.active.map { (try $0.key.encoded(), $0.digest) }
    var json = JSONWriter()
    json.object { json in
      json.string("accessZone", String(decoding: document.accessZone, as: UTF8.self))
      if let number = document.accessNumber { json.string("accessNumber", number) }
      json.bool("basicAccess", document.hasBasicAccess)
      json.bool("extendedLength", document.hasExtendedLength)
      if let (key, digest) = active {
        json.object("activeAuthentication") { json in
          json.string("key", Hex.encode(key))
          json.string("digest", digest.word)
        }
      }
      json.array("chipAuthentication") { json in
        for key in document.keys.agreement { json.object { Self.write(key, &$0) } }
      }
      if let key = document.keys.mapping { json.object("mapping") { Self.write(key, &$0) } }
    }
    return json.result + "\n"
  }

  private static func write(_ key: SoftKeys.Agreement, _ json: inout JSONWriter) {
    json.number("group", key.group.parameterID)
    json.string("key", Hex.encode(key.privateKey.bytes))
    if let identifier = key.identifier { json.number("identifier", identifier) }
  }

  // MARK: - Reading

  static func read(_ folder: String) throws -> SoftDocument {
    var files: [ChipFile: [UInt8]] = [:]
    for file in ChipFile.allCases where Files.exists("\(folder)/\(name(file))") {
      files[file] = try Files.readRegular("\(folder)/\(name(file))", limit: 32 << 20)
    }
    guard !files.isEmpty else {
      throw Failure(
        "\(folder) has no file of a chip, such as EF.COM or DG1; passgate-lab chip write makes some")
    }
    let reader = try SettingsReader(file: "\(folder)/\(secrets)")
    var document = SoftDocument(files: files, accessZone: Array(reader.string("accessZone").utf8))
    document.accessNumber = reader.optionalString("accessNumber")
    document.hasBasicAccess = reader.bool("basicAccess", default: true)
    document.hasExtendedLength = reader.bool("extendedLength", default: false)
    document.keys = try keys(reader)
    reader.finish()
    guard reader.problems.isEmpty else { throw Failure(reader.problems.joined(separator: "\n")) }
    return document
  }

  private static func keys(_ reader: SettingsReader) throws -> SoftKeys {
    var keys = SoftKeys()
    if let active = reader.object("activeAuthentication") {
      let digest = active.choice("digest", of: DocumentDigest.allCases.map(\.word), default: "sha256")
      if let bytes = hexadecimal("key", active) {
        keys.active = SoftKeys.Active(
          try DocumentPrivateKey(encoded: bytes),
          DocumentDigest.allCases.first { $0.word == digest } ?? .sha256)
      }
    }
    keys.agreement = reader.objects("chipAuthentication").compactMap(agreement)
    keys.mapping = reader.object("mapping").flatMap(agreement)
    return keys
  }

  private static func agreement(_ reader: SettingsReader) -> SoftKeys.Agreement? {
    let number = reader.integer("group", in: 0...18)
    let identifier = reader.has("identifier") ? reader.integer("identifier", in: 0...127) : nil
    guard let bytes = hexadecimal("key", reader) else { return nil }
    guard let group = AgreementGroup(parameterID: number) else {
      reader.problem("group", "is no standardised domain parameter")
      return nil
    }
    return SoftKeys.Agreement(group, SecretBytes(bytes), identifier: identifier)
  }

  private static func hexadecimal(_ key: String, _ reader: SettingsReader) -> [UInt8]? {
    guard let bytes = Hex.decode(reader.string(key)) else {
      reader.problem(key, "must be hexadecimal")
      return nil
    }
    return bytes
  }
}

extension DocumentDigest {
  fileprivate var word: String {
    switch self {
    case .sha1: "sha1"
    case .sha224: "sha224"
    case .sha256: "sha256"
    case .sha384: "sha384"
    case .sha512: "sha512"
    }
  }
}
