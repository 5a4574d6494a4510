import Glibc
import PassgateSystem

// The shell of the laboratory: arguments in, an exit status out. Never part of an installation in service.

func fail(_ sentence: String) -> Never {
  for line in sentence.split(separator: "\n") { writeError("passgate-lab: \(line)\n") }
  exit(ExitStatus.failed.rawValue)
}

switch commandLine.parse() {
case .help(let text): print(text)
case .version: print("passgate/0.1.0")
case .usage(let problem): fail(problem)
case .run(let invocation):
  do {
    try ProcessHardening.apply()
    guard let run = commands.first(where: { $0.0.path == invocation.command.path })?.1 else {
      fail("this command is not built in")
    }
    exit(try run(invocation).rawValue)
  } catch {
    fail("\(error)")
  }
}
