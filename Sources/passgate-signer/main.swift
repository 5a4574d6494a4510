import Glibc
import PassgateSystem

func check(_ file: String, asJSON: Bool) -> Never {
  let problems = SignerConfiguration.problems(file: file, wallMilliseconds: SystemClock().wallMilliseconds())
  if asJSON {
    print(checkResult(problems))
  } else if problems.isEmpty {
    print("\(file) is in order")
  } else {
    for problem in problems { writeError("\(problem)\n") }
  }
  exit(problems.isEmpty ? 0 : 2)
}

func checkResult(_ problems: [String]) -> String {
  var json = JSONWriter()
  json.object { json in
    json.bool("ok", problems.isEmpty)
    json.array("problems") { json in for problem in problems { json.string(problem) } }
  }
  return json.result
}

func serve(_ file: String) throws {
  // Before the first thread, because threads inherit what is blocked.
  let signals = try SignalWatcher()
  try SigningServer(file: file, clock: SystemClock()).run(signals)
}

switch commandLine.parse() {
case .help(let text): print(text)
case .version: print(SigningHandler.software)
case .usage(let problem):
  writeError("\(problem)\n")
  exit(2)
case .run(let invocation):
  do {
    try ProcessHardening.apply()
    let file = invocation.value("--config") ?? ""
    if invocation.flag("--check") { check(file, asJSON: invocation.flag("--json")) }
    try serve(file)
  } catch {
    writeError("\(error)\n")
    exit(2)
  }
}
