import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate operator document`: reads a document of a dossier, which the platform records.
enum DocumentCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    guard let digest = Hex.decode(invocation.arguments[1]), digest.count == 32 else {
      throw Failure(
        "a document is named by its SHA-256, 64 hexadecimal digits: see 'passgate operator explain'")
    }
    let calls = try CaseCalls(officer: invocation, tenantID: try invocation.tenantArgument())
    guard let bytes = try fetch(digest, calls) else { return .refused }
    guard sha256(bytes.span) == digest else {
      throw Failure("the document that came is another one: it was not written")
    }
    let path = invocation.value("--out") ?? ""
    try Files.writeDurably(bytes, to: path, mode: 0o600)
    if !calls.platform.asJSON {
      print("\(path): \(bytes.count) bytes")
      return .done
    }
    printJSON { json in
      json.string("digest", Hex.encode(digest))
      json.number("bytes", bytes.count)
    }
    return .done
  }

  /// The whole document; nil after a refusal has been shown.
  static func fetch(_ digest: [UInt8], _ calls: CaseCalls) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    var progress: Progress?
    while true {
      let offset = UInt64(bytes.count)
      let answer = try calls.call("GetDocument") { salt in
        GetDocumentRequest(salt: salt, tenantID: calls.tenantID, digest: digest, offset: offset)
      }
      guard let reply = try calls.platform.success(answer, as: GetDocumentReply.self) else { return nil }
      if progress == nil {
        progress = Progress(label: "Downloading", total: Int(clamping: reply.byteCount))
      }
      bytes += reply.bytes
      progress?.update(bytes.count)
      guard bytes.count < DossierFile.documentLimit, UInt64(bytes.count) < reply.byteCount else { break }
      guard !reply.bytes.isEmpty else { throw Failure("the platform sent nothing; try again later") }
    }
    progress?.finish(bytes.count)
    return bytes
  }
}
