import Glibc
import PassgateSystem

/// Prints the sentence and ends the program: it could not run.
func stop(_ sentence: String) -> Never {
  writeError(sentence + "\n")
  exit(2)
}

/// What a command prints.
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
  case measureCommand.path:
    let report = try MeasureCommand(invocation).run(engine.manifest, embed: engine.embed(_:as:))
    return asJSON ? report.json : report.text
  default: return ""
  }
}

switch commandLine.parse() {
case .help(let page): print(page)
case .version: print("passgate-portrait/\(productVersion)")
case .usage(let problem): stop(problem)
case .run(let invocation):
  do {
    print(try answer(invocation))
  } catch {
    stop("passgate-portrait: \(terminalSafe("\(error)"))")
  }
}
