import Glibc
import PassgateSystem

/// Prints the sentence and ends the program: it could not run.
func stop(_ sentence: String) -> Never {
  writeError(sentence + "\n")
  exit(2)
}

switch commandLine.parse() {
case .help(let page): print(page)
case .version: print("passgate-portrait/\(productVersion)")
case .usage(let problem): stop(problem)
case .run: stop("passgate-portrait: nothing runs yet")
}
