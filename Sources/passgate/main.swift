import Glibc
import PassgateSystem
import PassgateWire

// The shell of the client: arguments in, an exit status out.

func fail(_ failure: Failure) -> Never {
  for line in failure.description.split(separator: "\n") { note("passgate: \(line)") }
  exit(failure.status.rawValue)
}

switch commandLine.parse() {
case .help(let text): print(text)
case .version: print("passgate/0.1.0")
case .usage(let problem):
  writeError("\(problem)\n")
  exit(ExitStatus.failed.rawValue)
case .run(let invocation):
  do {
    try ProcessHardening.apply()
    guard let run = commands.first(where: { $0.0.path == invocation.command.path })?.1 else {
      fail(Failure("this command is not built in"))
    }
    exit(try run(invocation).rawValue)
  } catch let failure as Failure {
    fail(failure)
  } catch {
    fail(Failure(error))
  }
}
