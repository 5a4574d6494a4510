import Glibc
import PassgatePKI
import PassgateSystem

/// Prints the sentence and ends the program: it could not run.
func stop(_ sentence: String) -> Never {
  writeError(sentence + "\n")
  exit(2)
}

switch Program.commandLine.parse() {
case .help(let page): print(page)
case .version: print("passgate-pki/\(productVersion)")
case .usage(let problem): stop(problem)
case .run(let invocation):
  do {
    try ProcessHardening.apply()
    let answer = try Program.run(invocation, clock: SystemClock())
    print(answer.text)
    exit(answer.status)
  } catch {
    stop("passgate-pki: \(terminalSafe("\(error)"))")
  }
}
