import PassgateCrypto
import PassgateDomain
import PassgateProfile
import PassgateSettings
import PassgateSystem

/// `passgate apply`, `supplement` and `materials renew`: what hands in a dossier.
enum DossierCommands {
  /// `passgate apply`
  static func apply(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    if let folder = invocation.value("--template") { return try writeTemplate(folder) }
    guard let folder = invocation.value("--dossier") else {
      throw Failure("--dossier is missing: --dossier DIR, or --template DIR to begin one")
    }
    let file = try DossierFile.read(folder)
    if invocation.flag("--check") { return report(file, asJSON: invocation.flag("--json")) }
    try ApplicantKey.provide(invocation)
    return try submit(file, .apply(file.dossier), invocation)
  }

  /// `passgate supplement`
  static func supplement(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let file = try DossierFile.read(invocation.value("--dossier") ?? "")
    return try submit(file, .supplement(file.dossier), invocation)
  }

  /// `passgate materials renew`
  static func renew(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let file = try DossierFile.read(invocation.value("--dossier") ?? "")
    return try submit(file, .renewMaterials(file.dossier), invocation)
  }

  private static func submit(
    _ file: DossierFile, _ act: CaseAct, _ invocation: CommandLine.Invocation
  ) throws -> ExitStatus {
    let calls = try CaseCalls(organisation: invocation)
    guard try DocumentUpload(calls: calls).send(file.documents) else { return .refused }
    return try calls.perform(act, invocation)
  }

  private static func writeTemplate(_ folder: String) throws -> ExitStatus {
    let path = try DossierTemplate.write(to: folder)
    print("\(path) is written: fill it in, put the documents beside it, then run")
    print("  passgate apply --dossier \(folder) --check")
    return .done
  }

  private static func report(_ file: DossierFile, asJSON: Bool) -> ExitStatus {
    let bytes = file.documents.reduce(0) { $0 + $1.bytes.count }
    if asJSON {
      printJSON { json in
        json.bool("complete", true)
        json.number("scopes", file.dossier.scopes.count)
        json.number("documents", file.documents.count)
        json.number("bytes", bytes)
      }
    } else {
      print(
        "nothing is missing: \(file.documents.count) documents of five sets, \(bytes) bytes, "
          + "scenes: \(file.dossier.scopes.map(\.scene).joined(separator: ", "))")
      print("nothing was sent; apply with the same command without --check")
    }
    return .done
  }
}

/// A key of the organisation, made on its wish where there is none.
enum ApplicantKey {
  /// Makes the key file that the profile names, to which the case will belong.
  static func provide(_ invocation: CommandLine.Invocation) throws {
    let reader = try SettingsReader(file: try PlatformCalls.profilePath(invocation))
    let algorithm = reader.algorithm() ?? .ecdsaP256SHA256
    let signing = reader.object("signing", required: true)
    // Everything else about the profile is said by whoever reads it whole.
    guard let signing, signing.has("key") else { return }
    let path = signing.path("key", mustExist: false)
    if try make(algorithm, at: path, invocation) {
      note("The case belongs to this key: keep a copy in a safe place.")
    }
  }

  /// Makes a key file, if there is none and the command line wishes it. True when it was made.
  static func make(
    _ algorithm: SignatureAlgorithm, at path: String, _ invocation: CommandLine.Invocation
  ) throws -> Bool {
    guard !Files.exists(path) else { return false }
    guard invocation.flag("--new-key") else { throw Failure("\(path): there is no key; --new-key makes one") }
    let key = try PrivateKey.generate(algorithm)
    try Files.writeDurably(try key.pem(), to: path, mode: 0o600, replace: false)
    note("\(path): a new \(algorithm.name) key")
    return true
  }
}
