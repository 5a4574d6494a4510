import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// `passgate trust import` and `passgate trust remove`: uploads files and proposes what a list is to be.
struct TrustImportCommand {
  /// Bytes of a file, as the platform takes it.
  private static let fileLimit = 32 << 20

  private let platform: PlatformCalls
  private let source: String
  private let names: [String]
  private let operationID: [UInt8]

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let use = try use(invocation)
    let source = try sourceName(invocation.value("--source") ?? "")
    let files = try invocation.arguments.map { try Files.read($0, limit: fileLimit) }
    for (name, file) in zip(invocation.arguments, files) where file.isEmpty {
      throw Failure("\(name): the file is empty")
    }
    guard files.count <= ProposeTrustRequest.fileLimit else {
      throw Failure("a list consists of at most \(ProposeTrustRequest.fileLimit) files")
    }
    let command = TrustImportCommand(
      platform: try PlatformCalls(invocation), source: source,
      names: invocation.arguments.map { $0.split(separator: "/").last.map(String.init) ?? $0 },
      operationID: try invocation.operationID { try randomBytes(16) })
    guard try command.upload(files) else { return .refused }
    return try command.propose(files.map { sha256($0.span) }, use)
  }

  static func remove(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    try TrustImportCommand(
      platform: try PlatformCalls(invocation), source: try sourceName(invocation.arguments[0]), names: [],
      operationID: try invocation.operationID { try randomBytes(16) }
    ).propose([], nil)
  }

  private static func use(_ invocation: CommandLine.Invocation) throws -> TrustUse {
    switch (invocation.flag("--anchor"), invocation.flag("--pin")) {
    case (true, true): throw Failure("--anchor and --pin exclude each other: give one of them")
    case (true, false): .anchors
    case (false, true): .pinned
    case (false, false): .issuers
    }
  }

  private static func sourceName(_ name: String) throws -> String {
    let isName = name.utf8.allSatisfy {
      0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-")
    }
    guard isName, 1...32 ~= name.utf8.count else {
      throw Failure("the name of a list has 1 to 32 of a-z, 0-9 and -")
    }
    return name
  }

  // MARK: Upload

  /// Sends all files; what the platform has already is passed over. False after a refusal has been shown.
  private func upload(_ files: [[UInt8]]) throws -> Bool {
    var progress = Progress(label: "Uploading", total: files.reduce(0) { $0 + $1.count })
    var done = 0
    for (name, file) in zip(names, files) {
      var offset = 0
      while offset < file.count {
        guard let next = try sendChunk(of: file, at: offset, name) else { return false }
        guard next > offset, next <= file.count else {
          throw Failure("\(name): the platform does not go on with this file; try again later")
        }
        offset = next
        progress.update(done + offset)
      }
      done += file.count
    }
    progress.finish(done)
    return true
  }

  /// Where the platform wants to go on; nil after a refusal has been shown.
  private func sendChunk(of file: [UInt8], at offset: Int, _ name: String) throws -> Int? {
    let end = min(offset + PutTrustFileRequest.chunkLimit, file.count)
    let answer: Answer
    do {
      answer = try platform.trustCall("PutFile") { salt in
        PutTrustFileRequest(
          salt: salt, digest: sha256(file.span), byteCount: UInt64(file.count), offset: UInt64(offset),
          bytes: Array(file[offset..<end]))
      }
    } catch let error as ClientError {
      throw Failure("\(name): \(error); run the same command again to go on")
    }
    return try platform.success(answer, as: PutTrustFileReply.self).map { Int(clamping: $0.nextOffset) }
  }

  // MARK: Proposal

  private func propose(_ digests: [[UInt8]], _ use: TrustUse?) throws -> ExitStatus {
    platform.announce(operationID)
    let answer = try platform.trustCall("Propose") { salt in
      ProposeTrustRequest(salt: salt, operationID: operationID, source: source, files: digests, use: use)
    }
    guard let reply = try platform.success(answer, as: ProposeTrustReply.self) else { return .refused }
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.string("operationId", Hex.encode(operationID))
          json.object("proposal") { json in TrustText.write(reply.proposal, to: &json) }
        })
    } else {
      for line in TrustText.proposed(reply.proposal, files: names) { print(line) }
      platform.printSignatureLine(answer)
    }
    return .done
  }
}
