import Glibc
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSettings
import PassgateSystem
import PassgateWire

/// `passgate registry import`: a file of records, in chunks, resumable.
struct ImportCommand {
  private static let chunkRecords = 2_000
  private static let chunkBytes = 768 * 1_024
  /// Chunks that are on their way at once; fewer where an engine looks at their portraits, so that none waits too long.
  private static let depth = 4
  private static let depthWithPortraits = 2
  private static let resumption = "run the same command again to resume"

  /// Nil in a dry run, which needs no platform.
  private let platform: PlatformCalls?
  private let importID: [UInt8]
  private var reader: RegistryFile
  private var lines: [RegistryLine] = []
  private var portraits = 0
  private var bytes = 0
  private var chunk: UInt64 = 0
  private var nextChunk: UInt64 = 0
  private var tally: ImportTally
  /// By the calls that are on their way, the lines of their chunks.
  private var sent: [UInt64: [Int]] = [:]

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    var command = try ImportCommand(invocation)
    do {
      return try command.run()
    } catch let error as ClientError {
      throw Failure("\(error); \(resumption)")
    }
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    let file = invocation.arguments[0]
    let format = invocation.value("--format")
    let isDryRun = invocation.flag("--dry-run")
    reader = try RegistryFile(file, format: format)
    let isNew = file == "-" || isDryRun || invocation.flag("--again")
    importID = isNew ? try randomBytes(16) : try Self.identify(file, format)
    tally = ImportTally(
      file: file, rejects: try invocation.value("--rejects").map { try FileDescriptorWriter($0) },
      asJSON: invocation.flag("--json"))
    platform = isDryRun ? nil : try PlatformCalls(invocation)
    guard let platform else { return }
    let answer = try platform.call("passgate.v1.Registry/ImportStatus") { [importID] salt in
      ImportStatusRequest(salt: salt, importID: importID)
    }
    guard let status = try platform.success(answer, as: ImportStatusReply.self) else {
      throw Failure("the platform does not accept imports from this profile", .refused)
    }
    nextChunk = status.complete ? .max : status.nextChunk
    tally.stored = status.records
  }

  private static func identify(_ file: String, _ format: String?) throws -> [UInt8] {
    var reader = try RegistryFile(file, format: format)
    return try reader.identity()
  }

  private mutating func run() throws -> ExitStatus {
    if nextChunk == .max {
      tally.report("already imported")
      tally.tell("nothing was sent: to import the file anew, give --again")
      return .done
    }
    if nextChunk > 0 { tally.tell("resuming behind \(tally.stored) records") }
    var progress = Progress(label: "Importing", total: reader.size ?? 0)
    while let line = try reader.next() {
      switch line {
      case .success(let line): try take(line)
      case .failure(let problem): tally.reject(problem)
      }
      progress.update(reader.byteOffset, tally.portraitNote)
    }
    try sendChunk(isLast: true)
    while let platform, platform.session.inFlight > 0 { try settleOne(platform) }
    progress.finish(reader.byteOffset, tally.portraitNote)
    tally.report(platform == nil ? "checked, nothing was sent" : "imported")
    return tally.isClean ? .done : .refused
  }

  private mutating func take(_ line: RegistryLine) throws {
    var size = line.record.encoded().count + 4
    var image = 0
    if case .image(let bytes) = line.portrait { (image, size) = (1, size + bytes.count + 16) }
    if lines.count == Self.chunkRecords || bytes + size > Self.chunkBytes
      || portraits + image > ImportChunkRequest.portraitLimit
    {
      try sendChunk(isLast: false)
    }
    lines.append(line)
    portraits += image
    bytes += size
    tally.accept(line)
  }

  private mutating func sendChunk(isLast: Bool) throws {
    defer {
      chunk += 1
      lines.removeAll(keepingCapacity: true)
      (bytes, portraits) = (0, 0)
    }
    // The same file makes the same chunks, so those that are stored are passed over.
    guard chunk >= nextChunk, let platform else { return }
    let depth = portraits > 0 ? Self.depthWithPortraits : Self.depth
    while platform.session.inFlight >= depth { try settleOne(platform) }
    let body = ImportChunkRequest(
      salt: try randomBytes(16), operationID: try operationID(), importID: importID, chunk: chunk,
      records: lines.map(\.record), last: isLast, portraits: imagesOfLines)
    let calls = try platform.session.submit(
      [Draft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded(), timeout: 30_000)])
    for call in calls { sent[call] = lines.map(\.number) }
  }

  private var imagesOfLines: [RegistryPortrait] {
    lines.enumerated().compactMap { place, line in
      guard case .image(let image) = line.portrait else { return nil }
      return RegistryPortrait(record: UInt32(place), image: image)
    }
  }

  /// The same chunk of the same import is the same act, however often it is sent.
  private func operationID() throws -> [UInt8] {
    Array(sha256((importID + Array("chunk \(chunk)".utf8)).span).prefix(16))
  }

  private mutating func settleOne(_ platform: PlatformCalls) throws {
    let deadline = SystemClock().monotonicNanoseconds() &+ 40_000_000_000
    guard let answer = try platform.session.next(deadline: deadline) else {
      throw Failure("no answer in time; \(Self.resumption)")
    }
    guard let reply = try platform.success(answer, as: ImportChunkReply.self) else {
      throw Failure("the platform refused a chunk; correct the cause and \(Self.resumption)", .refused)
    }
    tally.stored = max(tally.stored, reply.records)
    let numbers = sent.removeValue(forKey: answer.callID) ?? []
    for refused in reply.refusedPortraits where Int(refused.record) < numbers.count {
      tally.refusePortrait(line: numbers[Int(refused.record)], refused.reason.name)
    }
  }
}

/// Appends text lines to a new file.
struct FileDescriptorWriter {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(SystemError(doing: "write \(path)", code: errno)) }
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
  }
}

/// `passgate registry delete`: one record, named on standard input because a number is personal data.
enum DeleteCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let type = invocation.value("--type") == "passport" ? PassgateWire.DocumentType.passport : .permit
    if isTerminal(STDIN_FILENO) { writeError("Number of the document to delete: ") }
    let number = readLine() ?? ""
    do throws(ClaimFault) {
      _ = try DocumentNumber(number, type: type == .permit ? .permit : .passport)
    } catch {
      throw Failure("standard input: \(error)")
    }
    if !invocation.flag("--yes") {
      throw Failure("nothing was deleted: give --yes to delete the record for good")
    }
    let platform = try PlatformCalls(invocation)
    let operationID = try randomBytes(16)
    let answer = try platform.call("passgate.v1.Registry/DeleteRecord") { salt in
      DeleteRecordRequest(salt: salt, operationID: operationID, documentType: type, number: number)
    }
    guard let reply = try platform.success(answer, as: DeleteRecordReply.self) else { return .refused }
    if platform.asJSON {
      print(envelopeJSON(answer) { $0.bool("existed", reply.existed) })
    } else {
      print(reply.existed ? "deleted, and recorded in the ledger" : "there was no such record")
    }
    return .done
  }
}
