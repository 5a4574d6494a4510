import Glibc
import PassgateSystem

/// Says something to whoever watches, on standard error, behind what was printed before: in one file or pipe both
/// would else be mixed up.
func note(_ text: String) {
  _ = fflush(nil)
  writeError("\(text)\n")
}

/// "1 case", "2 cases".
func count(_ number: some BinaryInteger, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}

/// Prints one JSON object in one line.
func printJSON(_ members: (inout JSONWriter) -> Void) {
  var json = JSONWriter()
  json.object { json in members(&json) }
  print(json.result)
}
