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
  /// Chunks that are on their way at once.
  private static let depth = 4
  /// Bad lines shown one by one; the rest are counted.
  private static let shownProblems = 20
  private static let resumption = "run the same command again to resume"

  /// Nil in a dry run, which needs no platform.
  private let platform: PlatformCalls?
  private let asJSON: Bool
  private let file: String
  private let importID: [UInt8]
  private let isDryRun: Bool
  private var reader: RegistryFile
  private var records: [RegistryRecord] = []
  private var bytes = 0
  private var chunk: UInt64 = 0
  private var nextChunk: UInt64 = 0
  private var accepted = 0
  private var rejected = 0
  private var stored: UInt64 = 0
  private let rejects: FileDescriptorWriter?

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    var command = try ImportCommand(invocation)
    do {
      return try command.run()
    } catch let error as ClientError {
      throw Failure("\(error); \(resumption)")
    }
  }

  private init(_ invocation: CommandLine.Invocation) throws {
    file = invocation.arguments[0]
    isDryRun = invocation.flag("--dry-run")
    reader = try RegistryFile(file, format: invocation.value("--format"))
    let isNew = file == "-" || invocation.flag("--again")
    importID = isNew ? try randomBytes(16) : try Self.identify(file)
    rejects = try invocation.value("--rejects").map { try FileDescriptorWriter($0) }
    asJSON = invocation.flag("--json")
    platform = isDryRun ? nil : try PlatformCalls(invocation)
    guard let platform else { return }
    let answer = try platform.call("passgate.v1.Registry/ImportStatus") { [importID] salt in
      ImportStatusRequest(salt: salt, importID: importID)
    }
    guard let status = try platform.success(answer, as: ImportStatusReply.self) else {
      throw Failure("the platform does not accept imports from this profile", .refused)
    }
    nextChunk = status.complete ? .max : status.nextChunk
    stored = status.records
  }

  /// An import is named by what the file says, so that the same file resumes and another one begins.
  private static func identify(_ file: String) throws -> [UInt8] {
    var reader = try LineReader(path: file)
    let hasher = try Hasher(.sha256)
    while let line = try content(&reader) {
      hasher.update(line.span)
      hasher.update([10].span)
    }
    return Array(hasher.finish().prefix(16))
  }

  /// The next line; of one too long to be a record only that it is there.
  private static func content(_ reader: inout LineReader) throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      return try reader.next()
    } catch {
      guard error.isTooLong else { throw error }
      return [0]
    }
  }

  private mutating func run() throws -> ExitStatus {
    if nextChunk == .max {
      report("already imported")
      if !asJSON { writeError("nothing was sent: to import the file anew, give --again\n") }
      return .done
    }
    if nextChunk > 0, !asJSON { writeError("resuming behind \(stored) records\n") }
    var progress = Progress(label: "Importing", total: reader.size ?? 0)
    while let line = try reader.next() {
      switch line {
      case .success(let record): try take(record)
      case .failure(let problem): reject(problem)
      }
      progress.update(reader.byteOffset)
    }
    try sendChunk(isLast: true)
    while let platform, platform.session.inFlight > 0 { try settleOne(platform) }
    progress.finish(reader.byteOffset)
    report(isDryRun ? "checked, nothing was sent" : "imported")
    return rejected == 0 ? .done : .refused
  }

  private mutating func take(_ record: RegistryRecord) throws {
    let size = record.encoded().count + 4
    if records.count == Self.chunkRecords || bytes + size > Self.chunkBytes { try sendChunk(isLast: false) }
    records.append(record)
    bytes += size
    accepted += 1
  }

  private mutating func reject(_ problem: BadLine) {
    rejected += 1
    // A reason may name a key of the line, and that is whatever somebody wrote there.
    let reason = terminalSafe(problem.reason)
    rejects?.write("\(problem.number)\t\(reason)\n")
    if rejected <= Self.shownProblems {
      writeError("\(file) line \(problem.number): \(reason)\n")
    } else if rejected == Self.shownProblems + 1 {
      writeError("more bad lines follow; --rejects FILE keeps them all\n")
    }
  }

  private mutating func sendChunk(isLast: Bool) throws {
    defer {
      chunk += 1
      records.removeAll(keepingCapacity: true)
      bytes = 0
    }
    // The same file makes the same chunks, so those that are stored are passed over.
    guard chunk >= nextChunk, let platform else { return }
    while platform.session.inFlight >= Self.depth { try settleOne(platform) }
    let body = ImportChunkRequest(
      salt: try randomBytes(16), operationID: try operationID(), importID: importID, chunk: chunk,
      records: records, last: isLast)
    _ = try platform.session.submit(
      [Draft(method: "passgate.v1.Registry/ImportChunk", body: body.encoded(), timeout: 30_000)])
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
    stored = max(stored, reply.records)
  }

  private func report(_ what: String) {
    if asJSON {
      printJSON { json in
        json.string("result", what)
        json.number("accepted", accepted)
        json.number("rejected", rejected)
        json.number("stored", stored)
      }
    } else {
      print("\(what): \(stored) records stored, \(accepted) lines good, \(rejected) lines kept out")
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
