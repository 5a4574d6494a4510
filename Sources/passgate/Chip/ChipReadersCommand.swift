import PassgateCardReader
import PassgateSystem

/// `passgate chip readers`: what is connected to this machine.
enum ChipReadersCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let names = try CardReaders().names()
    if invocation.flag("--json") {
      printJSON { json in json.array("readers") { json in for name in names { json.string(name) } } }
    } else if names.isEmpty {
      print("no card reader is connected")
    } else {
      for name in names { print(terminalSafe(name)) }
    }
    return .done
  }
}
