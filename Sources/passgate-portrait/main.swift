import Glibc
import PassgateSystem
import PassgateWire

/// Prints the sentence and ends the program: it could not run.
func stop(_ sentence: String) -> Never {
  writeError(sentence + "\n")
  exit(2)
}

/// All that serving needs, as the command line names it.
func readiness(_ invocation: CommandLine.Invocation) -> Readiness {
  Readiness(models: invocation.value("--models") ?? "", calibration: invocation.value("--calibration"))
}

/// What workers are made of; ends the program with the first thing that is wrong.
func examination(_ invocation: CommandLine.Invocation) -> Examination {
  let readiness = readiness(invocation)
  guard let examination = readiness.examination else {
    stop("passgate-portrait: \(terminalSafe(readiness.problems.first ?? "it is not ready"))")
  }
  return examination
}

/// Makes workers until the platform is gone.
func serve(_ invocation: CommandLine.Invocation) throws -> Never {
  try ProcessHardening.apply()
  ProcessHardening.ignoreEnding()
  guard Sockets.isSocket(WorkerMaker.control) else {
    stop(
      "passgate-portrait: standard input is no socket to the platform: passgated starts 'serve' itself; use 'check'"
    )
  }
  let readiness = readiness(invocation)
  guard let examination = readiness.examination, let standing = readiness.standing else {
    stop(terminalSafe(readiness.problems.first ?? "it is not ready"))
  }
  try WorkerMaker(examination).run(telling: standing)
  exit(0)
}

func check(_ invocation: CommandLine.Invocation) -> Never {
  let readiness = readiness(invocation)
  print(invocation.flag("--json") ? readiness.json : readiness.text)
  exit(readiness.problems.isEmpty ? 0 : 2)
}

func bench(_ invocation: CommandLine.Invocation) throws {
  let bench = try Bench(
    examination(invocation), live: Files.read(invocation.value("--live") ?? ""),
    portrait: Files.read(invocation.value("--portrait") ?? ""), rounds: invocation.integer("--rounds") ?? 40)
  print(invocation.flag("--json") ? bench.json : bench.text)
}

func sendMutants(_ invocation: CommandLine.Invocation) throws -> Never {
  let pictures = try invocation.arguments.map { path in try Files.read(path) }.filter { !$0.isEmpty }
  if pictures.isEmpty { stop("passgate-portrait: the pictures are empty files; give some that hold one") }
  var run = try HostileRun(
    examination(invocation), portrait: Files.read(invocation.value("--portrait") ?? ""))
  for picture in pictures { try run.send(picture) }
  var mutants = PictureMutants(of: pictures, seed: UInt64(invocation.integer("--seed") ?? 1))
  let count = invocation.integer("--count") ?? 10_000
  var progress = Progress(label: "pictures", total: count)
  for number in 0..<count {
    try run.send(mutants.next())
    progress.update(number + 1)
  }
  progress.finish(count)
  print(invocation.flag("--json") ? run.report.json : run.report.text)
  exit(run.report.isGood ? 0 : 1)
}

/// What a command prints that needs the engine alone.
func answer(_ invocation: CommandLine.Invocation) throws -> String {
  let engine = try FaceEngine(ModelFiles(folder: invocation.value("--models") ?? ""))
  let asJSON = invocation.flag("--json")
  let date = CivilTime(milliseconds: SystemClock().wallMilliseconds()).date
  switch invocation.command.path {
  case calibrateCommand.path:
    let report = try CalibrateCommand(invocation).run(
      engine.manifest, date: date, embed: engine.embed(_:as:))
    return asJSON ? report.json : report.text
  case inventCommand.path:
    let report = try InventCommand(invocation).run(engine.manifest, date: date)
    return asJSON ? report.json : report.text
  default:
    let report = try MeasureCommand(invocation).run(engine.manifest, embed: engine.embed(_:as:))
    return asJSON ? report.json : report.text
  }
}

switch commandLine.parse() {
case .help(let page): print(page)
case .version: print("passgate-portrait/\(productVersion)")
case .usage(let problem): stop(problem)
case .run(let invocation):
  do {
    switch invocation.command.path {
    case serveCommand.path: try serve(invocation)
    case checkCommand.path: check(invocation)
    case benchCommand.path: try bench(invocation)
    case mutantsCommand.path: try sendMutants(invocation)
    default: print(try answer(invocation))
    }
  } catch {
    stop("passgate-portrait: \(terminalSafe("\(error)"))")
  }
}
