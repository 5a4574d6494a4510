import Glibc
import PassgateClient
import PassgateCrypto
import PassgateProfile
import PassgateSettings
import PassgateSystem
import PassgateWire

/// `passgate key switch`: a profile signs with another key from now on, once it was seen to work.
enum KeySwitchCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let path = try PlatformCalls.profilePath(invocation)
    let former = try Files.read(path, limit: 1 << 20)
    let changed = try rewritten(former, at: path, invocation)
    // In the profile's own folder, because its paths are relative to it.
    let trial = path + ".new"
    try Files.writeDurably(changed, to: trial, mode: 0o600)
    defer { try? Files.remove(trial) }
    let platform = try PlatformCalls(try Profile.read(trial), invocation)
    guard let (keys, _, answer) = try KeyCommands.keys(platform) else { return .refused }
    try check(keys.first { $0.keyID == platform.session.keyID }, now: answer.header.createdMilliseconds)
    if !invocation.flag("--dry-run") {
      try Files.writeDurably(former, to: path + ".bak", mode: 0o600)
      try Files.writeDurably(changed, to: path, mode: 0o600)
    }
    report(platform, answer, path, isDone: !invocation.flag("--dry-run"))
    return .done
  }

  private static func check(_ key: KeyRecord?, now: UInt64) throws {
    guard let key else { throw Failure("the platform does not list this key", .refused) }
    guard key.activeMilliseconds <= now else {
      throw Failure("this key is ready from \(KeyText.time(key.activeMilliseconds)): switch then", .refused)
    }
  }

  private static func report(_ platform: PlatformCalls, _ answer: Answer, _ path: String, isDone: Bool) {
    let keyID = Hex.encode(platform.session.keyID)
    guard platform.asJSON else {
      print(
        isDone
          ? "\(path) signs with key \(keyID); what it was before is in \(path).bak"
          : "nothing was changed; key \(keyID) works")
      platform.printSignatureLine(answer)
      return
    }
    print(
      envelopeJSON(answer) { json in
        json.string("keyId", keyID)
        json.bool("switched", isDone)
      })
  }

  // MARK: The profile

  private static func rewritten(
    _ bytes: [UInt8], at path: String, _ invocation: CommandLine.Invocation
  ) throws -> [UInt8] {
    guard case .object(var profile) = try parseJSON5(bytes), case .object(var signing)? = profile["signing"]
    else { throw Failure("\(path): not a profile with a signing key") }
    if let keyID = invocation.value("--key-id") {
      guard signing["signer"] != nil else { throw Failure("--key-id is for profiles with a signing server") }
      signing["keyId"] = .string(keyID.lowercased())
      if let algorithm = invocation.value("--algorithm") { profile["algorithm"] = .string(algorithm) }
    } else {
      guard signing["signer"] == nil, let key = invocation.value("--key"),
        let certificate = invocation.value("--certificate")
      else { throw Failure("give --key and --certificate, or --key-id for a profile with a signing server") }
      let algorithm = try algorithm(of: key, invocation, profile["algorithm"])
      profile["algorithm"] = .string(algorithm.name)
      signing["key"] = .string(try place(key, from: path))
      if let pair = connection(key, certificate, algorithm, invocation) {
        profile["tls"] = .object([
          "certificate": .string(try place(pair.certificate, from: path)),
          "key": .string(try place(pair.key, from: path)),
        ])
      }
    }
    profile["signing"] = .object(signing)
    var json = JSONWriter(pretty: true)
    json.write(.object(profile))
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// What the connection shows from now on; nil when that stays: TLS has no SM2.
  private static func connection(
    _ key: String, _ certificate: String, _ algorithm: SignatureAlgorithm,
    _ invocation: CommandLine.Invocation
  ) -> (key: String, certificate: String)? {
    if let key = invocation.value("--tls-key"), let certificate = invocation.value("--tls-certificate") {
      return (key, certificate)
    }
    return algorithm == .sm2SM3 ? nil : (key, certificate)
  }

  /// The algorithm of the command line, or the profile's where it fits the key, or the first that does.
  private static func algorithm(
    of file: String, _ invocation: CommandLine.Invocation, _ former: JSONValue?
  ) throws -> SignatureAlgorithm {
    let kind = try PrivateKey(pem: try Files.readSecret(file)).publicKey.kind
    var names = [invocation.value("--algorithm")].compactMap(\.self)
    if case .string(let name)? = former { names.append(name) }
    let named = names.compactMap { SignatureAlgorithm(name: $0) }
    guard let algorithm = (named + SignatureAlgorithm.allCases).first(where: { $0.keyKind == kind }) else {
      throw Failure("\(file): no signature algorithm of the platform fits this key")
    }
    return algorithm
  }

  /// A file as the profile names it: by its name in the profile's folder, else by its whole path.
  private static func place(_ file: String, from profile: String) throws -> String {
    if Files.folder(of: file) == Files.folder(of: profile) {
      return String(file.split(separator: "/").last ?? "")
    }
    return file.hasPrefix("/") ? file : Files.resolve(file, relativeTo: try currentFolder())
  }

  private static func currentFolder() throws -> String {
    guard let path = unsafe getcwd(nil, 0) else {
      throw SystemError(doing: "find the current folder", code: errno)
    }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}

extension JSONWriter {
  /// A value that was read, members in the order of their names.
  fileprivate mutating func write(_ value: JSONValue) {
    guard case .object(let members) = value else { return }
    object { json in json.write(members) }
  }

  private mutating func write(_ members: [String: JSONValue]) {
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .string(let text): string(key, text)
      case .bool(let isTrue): bool(key, isTrue)
      case .integer(let number): self.number(key, number)
      case .object(let inner): object(key) { json in json.write(inner) }
      // A profile has no lists and no fractions.
      case .null, .number, .array: break
      }
    }
  }
}
