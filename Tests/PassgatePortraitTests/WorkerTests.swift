import Glibc
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import PassgateWire
import Testing

@testable import PassgateService
@testable import passgate_portrait

/// The platform's pool with the real program, the real engine and real pictures.
@Suite(.serialized, .enabled(if: WorkerNeeds.areThere, WorkerNeeds.comment))
struct WorkerTests {
  private func compared(_ live: String, _ portrait: String) throws -> PortraitTask {
    PortraitTask(live: try WorkerNeeds.picture(live), referenceImage: try WorkerNeeds.picture(portrait))
  }

  @Test func theSamePersonIsToldFromAnother() throws {
    let stage = try WorkerStage(workers: 2)
    defer { stage.pool.stop() }
    let same = try stage.examine(compared("live/p01.jpg", "portrait/p01.jp2"))
    #expect(same.liveFault == 0 && same.referenceFault == 0)
    #expect(same.score >= 600 && same.pictureHash.count == 32 && same.referenceVector.count == 512)
    #expect(!same.isSamePhotograph)
    let other = try stage.examine(compared("live/p02.jpg", "portrait/p01.jp2"))
    #expect(other.score < 400)
    // The vector on record does as the picture did.
    let again = PortraitTask(
      live: try WorkerNeeds.picture("live/p01.jpg"), referenceVector: same.referenceVector)
    #expect(try stage.examine(again).score == same.score)
    let standing = try #require(stage.pool.standing)
    #expect(standing.dimension == 128 && standing.development && standing.calibrationID.count == 32)
    #expect(standing.engine.hasPrefix("dlib, "))
    #expect(standing.sandbox.hasPrefix("seccomp, no new privileges, no capabilities, "))
  }

  @Test func thePhotographOfTheDocumentIsNoticed() throws {
    let stage = try WorkerStage()
    defer { stage.pool.stop() }
    #expect(try stage.examine(compared("lfw250/p01_1.jpg", "portrait/p01.jp2")).isSamePhotograph)
  }

  @Test func framesAreLookedAtOneByOne() throws {
    let stage = try WorkerStage()
    defer { stage.pool.stop() }
    var task = try compared("live/p01.jpg", "portrait/p01.jp2")
    task.frames = try ["lfw250/p01_2.jpg", "quality/no_face.jpg", "live/p05.jpg"].map(WorkerNeeds.picture)
    let frames = try stage.examine(task).frames
    #expect(frames.map(\.fault) == [0, 1, 0])
    #expect(frames[0].score >= 600 && frames[1].score == 0 && frames[2].score < 600)
  }

  @Test(
    arguments: [
      ("no_face.jpg", [.noFace]), ("two_faces.jpg", [.multipleFaces]), ("blurred.jpg", [.blurred]),
      ("dark.jpg", [.tooDark]), ("truncated.jpg", [.badImage]), ("truncated.jp2", [.badImage]),
      ("subsampled.jp2", [.badImage]), ("bomb_65500.jpg", [.badImage]), ("bomb_60000.jp2", [.badImage]),
    ] as [(String, [PassgateDomain.PortraitFault])])
  func whatIsWrongWithAPictureIsTold(_ name: String, _ faults: [PassgateDomain.PortraitFault]) throws {
    let stage = try Self.shared.get()
    let finding = try stage.examine(PortraitTask(live: WorkerNeeds.picture("quality/\(name)")))
    #expect(faults.map { UInt32($0.rawValue) }.contains(finding.liveFault))
    #expect(finding.distance == nil && finding.pictureHash.isEmpty == (finding.liveFault == 8))
  }

  private static let shared = Result { try WorkerStage(workers: 2) }

  @Test func aVectorOfAnotherModelIsNone() throws {
    let stage = try Self.shared.get()
    let live = try WorkerNeeds.picture("live/p01.jpg")
    let finding = try stage.examine(PortraitTask(live: live, referenceVector: [0, 0, 0, 0]))
    #expect(finding.referenceFault == 8 && finding.distance == nil)
  }

  // MARK: The lock

  @Test func aWorkerIsLocked() throws {
    let stage = try WorkerStage()
    defer { stage.pool.stop() }
    _ = try stage.examine(PortraitTask(live: [1]))
    let worker = try #require(try stage.workers.first)
    #expect(Processes.field("Seccomp", of: worker) == "2")
    #expect(Processes.field("NoNewPrivs", of: worker) == "1")
    #expect(Processes.field("CapEff", of: worker) == "0000000000000000")
    #expect(Processes.field("CapPrm", of: worker) == "0000000000000000")
    #expect(Processes.field("Threads", of: worker) == "1")
    // Those of a shielded process are root's to see.
    if let open = try? Files.list("/proc/\(worker)/fd") { #expect(open == ["0"]) }
    let limits = String(decoding: try Files.read("/proc/\(worker)/limits"), as: UTF8.self)
    for limit in [
      "Max open files            0 ", "Max processes             0 ", "Max file size             0 ",
    ] {
      #expect(limits.contains(limit))
    }
    #expect(limits.contains("Max address space         805306368 "))
  }

  // MARK: Workers and programs that fail

  /// By somebody, or by its lock.
  @Test(arguments: [SIGKILL, SIGSYS]) func aWorkerKilledOverATaskIsReplaced(_ signal: Int32) throws {
    let stage = try WorkerStage()
    defer { stage.pool.stop() }
    _ = try stage.examine(PortraitTask(live: WorkerNeeds.picture("quality/ok.jpg")))
    let worker = try #require(try stage.workers.first)
    // It has answered and may still be on its way back to its socket: running means over the next task only after this.
    #expect(Processes.wait { Processes.state(of: worker) == "S" })
    var long = try compared("live/p01.jpg", "portrait/p01.jp2")
    long.frames = Array(repeating: long.live, count: 8)
    let failure = Monitor<PortraitFailure?>(nil)
    let task = long
    let thread = try spawnThread(name: "asker") {
      do { _ = try stage.examine(task) } catch { failure.update { $0 = error as? PortraitFailure } }
    }
    #expect(Processes.wait { Processes.state(of: worker) == "R" })
    kill(worker, signal)
    thread.join()
    #expect(failure.update { $0 } == .unavailable)
    #expect(try stage.examine(compared("live/p01.jpg", "portrait/p01.jp2")).score >= 600)
    #expect(stage.pool.figures[PortraitFigures.Cause.ended] == 1)
    if signal == SIGSYS {
      #expect(stage.wait(for: "portrait_program").contains("a worker was ended by its lock"))
    }
  }

  @Test func aWorkerThatHangsIsReplacedAtItsDeadline() throws {
    let stage = try WorkerStage(patience: 1_000)
    defer { stage.pool.stop() }
    _ = try stage.examine(PortraitTask(live: WorkerNeeds.picture("quality/ok.jpg")))
    let worker = try #require(try stage.workers.first)
    kill(worker, SIGSTOP)
    #expect(throws: PortraitFailure.unavailable) {
      try stage.examine(compared("live/p01.jpg", "portrait/p01.jp2"))
    }
    #expect(stage.pool.figures[PortraitFigures.Cause.late] == 1)
    #expect(Processes.waitForEnd(of: worker))
    #expect(try stage.examine(PortraitTask(live: WorkerNeeds.picture("quality/ok.jpg"))).liveFault == 0)
    // An end that was ordered is no news.
    #expect(stage.count(of: "portrait_program") == 0)
  }

  @Test func aProgramThatIsKilledTakesItsWorkersAlongAndIsStartedAgain() throws {
    let stage = try WorkerStage()
    defer { stage.pool.stop() }
    _ = try stage.examine(PortraitTask(live: [1]))
    let worker = try #require(try stage.workers.first)
    kill(try stage.program, SIGKILL)
    #expect(stage.wait(for: "portraits_unavailable").contains("ended by signal 9"))
    #expect(Processes.waitForEnd(of: worker))
    #expect(throws: PortraitFailure.unavailable) { try stage.examine(PortraitTask(live: [1])) }
    stage.clock.advance(milliseconds: 1_000)
    try stage.waitUntilReady(count: 2)
    #expect(try stage.examine(PortraitTask(live: WorkerNeeds.picture("quality/ok.jpg"))).liveFault == 0)
  }

  /// The kernel closes what a platform held that was killed: its program sees the end of its socket.
  @Test func nothingStaysWhenThePlatformIsGone() throws {
    let settings = PortraitWorkerSettings(
      program: WorkerNeeds.program, models: WorkerNeeds.models, calibration: nil)
    var program: PortraitProgram? = try PortraitProgram.launch(settings)
    let identifier = try #require(program?.identifier)
    let control = try #require(program?.descriptors.control)
    #expect(try Sockets.poll(control, for: .readable, timeoutMilliseconds: 60_000))
    var worker = try program?.makeWorker(1)
    #expect(Processes.wait { (try? Processes.children(of: identifier))?.count == 1 })
    let child = try #require(try Processes.children(of: identifier).first)
    #expect(worker?.isWaiting == true)
    kill(child, SIGSTOP)
    worker = nil
    program = nil
    #expect(Processes.waitForEnd(of: identifier))
    #expect(Processes.waitForEnd(of: child))
    Forking.wait(for: identifier)
  }

  @Test func stoppingThePoolLeavesNoProcess() throws {
    let stage = try WorkerStage()
    _ = try stage.examine(PortraitTask(live: [1]))
    let (program, worker) = (try stage.program, try #require(try stage.workers.first))
    stage.pool.stop()
    #expect(Processes.waitForEnd(of: worker))
    #expect(Processes.state(of: program) == nil)
  }

  // MARK: Files that are not what they should be

  /// Something done to a folder of models and a calibration, and what the platform's log then says.
  struct Mishap: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let says: [String]
    let happen: @Sendable (_ descriptor: String, _ calibration: String) throws -> Void
  }

  private static let mishaps = [
    Mishap(
      testDescription: "a model file is missing",
      says: ["dlib_face_recognition_resnet_model_v1.dat: No such file or directory"]
    ) { descriptor, _ in try Files.remove(descriptor) },
    Mishap(
      testDescription: "a model file is cut short", says: ["is not the file it should be: it has 1000 bytes"]
    ) {
      descriptor, _ in
      try Files.writeDurably(Array(Files.read(descriptor).prefix(1_000)), to: descriptor)
    },
    Mishap(
      testDescription: "a model file is exchanged", says: ["is not the file it should be", "fetch it again"]
    ) {
      descriptor, _ in
      var bytes = try Files.read(descriptor)
      bytes[bytes.count / 2] ^= 1
      try Files.writeDurably(bytes, to: descriptor)
    },
    Mishap(
      testDescription: "a model file is open to others", says: ["can be changed by others; run: chmod go-w"]
    ) {
      descriptor, _ in
      #expect(unsafe chmod(descriptor, 0o666) == 0)
    },
    Mishap(testDescription: "a model file is a folder", says: ["is not a regular file"]) { descriptor, _ in
      try Files.remove(descriptor)
      try Files.createDirectory(descriptor)
    },
    Mishap(
      testDescription: "the calibration is missing", says: ["the calibration cannot be read", "No such file"]
    ) {
      _, calibration in try Files.remove(calibration)
    },
    Mishap(
      testDescription: "the calibration is of another model",
      says: ["does not belong to this model", "calibrate'"]
    ) { _, calibration in
      try Self.edit(calibration, "file descriptor 55533b28", "file descriptor 55533b29")
    },
    Mishap(
      testDescription: "the calibration is of another build", says: ["it was made by a build with other"]
    ) {
      _, calibration in
      try Self.edit(calibration, "\nflags ", "\nflags other ")
    },
    Mishap(testDescription: "the calibration is cut short", says: ["its last line has no end"]) {
      _, calibration in
      try Files.writeDurably(Array(Files.read(calibration).prefix(5_000)), to: calibration)
    },
    Mishap(testDescription: "the calibration is open to others", says: ["can be changed by others"]) {
      _, calibration in
      #expect(unsafe chmod(calibration, 0o666) == 0)
    },
  ]

  private static func edit(_ file: String, _ old: String, _ new: String) throws {
    let text = String(decoding: try Files.read(file), as: UTF8.self)
    #expect(text.contains(old))
    try Files.writeDurably(Array(text.replacing(old, with: new).utf8), to: file)
  }

  @Test(arguments: mishaps) func whatIsWrongWithItsFilesIsSaid(_ mishap: Mishap) throws {
    let folder = try TemporaryDirectory()
    let descriptor = folder.path(PortraitModels.files[0].name)
    for (name, _) in PortraitModels.files.dropFirst() {
      #expect(unsafe symlink("\(WorkerNeeds.models)/\(name)", folder.path(name)) == 0)
    }
    try Files.writeDurably(
      Files.read("\(WorkerNeeds.models)/\(PortraitModels.files[0].name)"), to: descriptor)
    let calibration = folder.path("calibration")
    try Files.writeDurably(Files.read(WorkerNeeds.calibration.get().1), to: calibration)
    try mishap.happen(descriptor, calibration)
    let stage = try WorkerStage(models: folder.path, calibration: calibration)
    defer { stage.pool.stop() }
    let line = stage.wait(for: "portraits_unavailable")
    for part in mishap.says { #expect(line.contains(part)) }
    #expect(throws: PortraitFailure.unavailable) {
      try stage.pool.examine(PortraitTask(live: [1]), deadline: .max)
    }
  }

  /// Debian's default, which takes ten times as long.
  private static let referenceAlgebra = "/usr/lib/x86_64-linux-gnu/blas"

  @Test(.enabled(if: Files.exists("\(referenceAlgebra)/libblas.so.3"), "needs the reference BLAS (libblas3)"))
  func theWrongLinearAlgebraIsNamed() throws {
    let control = try SocketPair.packets()
    let errors = try SocketPair()
    let program = try ChildProcess(
      WorkerNeeds.program, ["serve", "--models", WorkerNeeds.models],
      environment: ["LD_LIBRARY_PATH=\(Self.referenceAlgebra)"], input: control.second.raw,
      errors: errors.second.raw)
    #expect(Processes.wait { program.exitStatus != nil })
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = Sockets.receive(errors.first.raw, into: &buffer)
    let said = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    #expect(said.hasPrefix("the linear algebra in use is \(Self.referenceAlgebra)/libblas.so.3"))
    #expect(said.contains("libopenblas0-serial"))
    #expect(program.exitStatus == 2)
  }

  // MARK: Hostile pictures

  /// 10,000 more: `passgate-portrait mutants`.
  @Test func fiveHundredDamagedPicturesMatchNobodyAndStopNothing() throws {
    let stage = try WorkerStage(workers: 2)
    defer { stage.pool.stop() }
    let reference = try stage.examine(PortraitTask(referenceImage: WorkerNeeds.picture("portrait/p10.jp2")))
    let pictures = try ["group/g01_1.jpg", "lfw250/p02_1.jpg", "portrait/p03.jp2", "portrait/p04.jpg"].map(
      WorkerNeeds.picture)
    let found = Monitor<[PortraitFinding]>([])
    let threads = try [UInt64(6), 7].map { seed in
      try spawnThread(name: "attacker") {
        var mutants = PictureMutants(of: pictures, seed: seed)
        for _ in 0..<250 {
          let task = PortraitTask(live: mutants.next(), referenceVector: reference.referenceVector)
          if let finding = try? stage.examine(task) { found.update { $0.append(finding) } }
        }
      }
    }
    for thread in threads { thread.join() }
    let findings = found.update { $0 }
    #expect(findings.count == 500)
    #expect(findings.allSatisfy { $0.score < 400 })
    #expect(Set(findings.map(\.liveFault)).isSuperset(of: [0, 8]))
    for cause in [PortraitFigures.Cause.ended, .late, .nonsense] { #expect(stage.pool.figures[cause] == 0) }
    #expect(try stage.examine(compared("live/p01.jpg", "portrait/p01.jp2")).score >= 600)
  }

  // MARK: By hand

  @Test func aLookOverTellsWhatThereIs() throws {
    let readiness = Readiness(models: WorkerNeeds.models, calibration: try WorkerNeeds.calibration.get().1)
    // The test has threads, and no worker can be made of it.
    #expect(readiness.problems.count == 1)
    #expect(readiness.problems.first?.contains("a library has started threads") == true)
    #expect(readiness.text == readiness.problems.first)
    #expect(readiness.json.hasPrefix("{\"ok\":false,\"problems\":[\"a library"))
  }
}

/// What needs neither models nor pictures.
@Suite struct PortraitProgramTests {
  @Test func withoutModelsItSaysWhatIsMissing() throws {
    let folder = try TemporaryDirectory()
    let readiness = Readiness(models: folder.path, calibration: folder.path("none"))
    #expect(readiness.examination == nil && readiness.standing == nil)
    #expect(
      readiness.problems.contains { $0.contains("dlib_face_recognition_resnet_model_v1.dat: No such file") })
    #expect(readiness.problems.contains { $0.hasPrefix("the calibration cannot be read: ") })
  }

  @Test func mutantsComeAgainFromTheirSeed() {
    let pictures = [[UInt8](repeating: 7, count: 1_000), [UInt8](repeating: 9, count: 300)]
    func first(_ seed: UInt64) -> [[UInt8]] {
      var mutants = PictureMutants(of: pictures, seed: seed)
      return (0..<50).map { _ in mutants.next() }
    }
    #expect(first(1) == first(1))
    #expect(first(1) != first(2))
    #expect(first(3).allSatisfy { !$0.isEmpty && !pictures.contains($0) })
  }

  @Test(arguments: [0, 1, -1.5, .infinity, Float.leastNonzeroMagnitude]) func numbersTravelAsTheyAre(
    _ number: Float
  ) {
    #expect([Float](littleEndian: number.littleEndian) == [number])
  }

  @Test func aReportCountsWhatHappened() {
    var report = MutantReport()
    report.add(.success(PortraitFinding(liveFault: 8)), nanoseconds: 3_000_000)
    report.add(.success(PortraitFinding(distance: 0.4, score: 599)), nanoseconds: 9_000_000)
    report.add(.failure(.ended), nanoseconds: 1)
    #expect(report.isGood && report.killed == 1 && report.sent == 3)
    #expect(report.text.contains("badImage 1, none 1") && report.text.contains("longest             9.0 ms"))
    report.add(.success(PortraitFinding(distance: 0.4, score: 600)), nanoseconds: 1)
    #expect(!report.isGood && report.matches == 1)
    #expect(report.json.contains("\"wrongMatches\":1"))
  }
}
