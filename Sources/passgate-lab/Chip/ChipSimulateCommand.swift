import Glibc
import PassgateSoftChip
import PassgateSystem

/// `passgate-lab chip simulate`: an invented document's chip in the virtual reader of vsmartcard.
enum ChipSimulateCommand {
  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    if invocation.flag("--list") {
      print(invocation.flag("--json") ? ChipCatalogue.json : ChipCatalogue.text)
      return .done
    }
    let fault = try chosenFault(invocation)
    let document = try document(invocation, fault)
    let port = UInt16(clamping: invocation.integer("--port") ?? Int(VirtualCard.port))
    let socket = try connect(port)
    print("A chip is in the virtual reader on port \(port). It opens with \(words(document)).")
    _ = fflush(nil)
    try serve(VirtualCard(SoftChip(document, fault: fault, after: invocation.integer("--after"))), socket)
    return .done
  }

  private static func document(_ invocation: CommandLine.Invocation, _ fault: SoftFault?) throws
    -> SoftDocument
  {
    guard let folder = invocation.value("--files") else { return try makeDocument(invocation).document }
    guard invocation.value("--document") == nil else { throw Failure("give --document or --files, not both") }
    if let fault, fault.isOfDocument {
      throw Failure("\(fault.name) is a fault of a document's files: give it to passgate-lab chip write")
    }
    return try ChipFolder.read(folder)
  }

  /// The holder is invented, so it may be shown what opens the chip.
  private static func words(_ document: SoftDocument) -> String {
    let zone = String(decoding: document.accessZone, as: UTF8.self)
    return "\(zone) of its MRZ" + (document.accessNumber.map { ", or with the number \($0)" } ?? "")
  }

  private static func connect(_ port: UInt16) throws -> FileDescriptor {
    do {
      let socket = try Sockets.connect(host: "127.0.0.1", port: port, timeoutMilliseconds: 5_000)
      try Sockets.setNonBlocking(socket.raw, false)
      return socket
    } catch {
      throw Failure("\(error)\nthe virtual reader is vsmartcard-vpcd, which a running pcscd opens")
    }
  }

  /// Until the reader or the chip ends the connection.
  private static func serve(_ virtual: VirtualCard, _ socket: borrowing FileDescriptor) throws {
    var (card, buffer) = (virtual, [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = Sockets.receive(socket.raw, into: &buffer)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      for action in card.take(buffer[..<count]) {
        guard case .send(let bytes) = action else { return }
        try send(bytes, socket)
      }
    }
  }

  private static func send(_ bytes: [UInt8], _ socket: borrowing FileDescriptor) throws(SystemError) {
    var sent = 0
    while sent < bytes.count {
      let count = Sockets.send(socket.raw, bytes, from: sent)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemError(doing: "answer the virtual reader", code: errno) }
      sent += count
    }
  }
}

/// The documents and faults there are.
enum ChipCatalogue {
  static var text: String {
    let documents = SoftRecipe.all.map { line($0.name, $0.sentence) }
    let faults = SoftFault.Kind.allCases.flatMap { kind in
      ["", "Faults, \(kind.words):"]
        + SoftFault.all.filter { $0.kind == kind }.map { line($0.name, $0.sentence) }
    }
    return (["Documents:"] + documents + faults).joined(separator: "\n")
  }

  static var json: String {
    var json = JSONWriter()
    json.object { json in
      json.array("documents") { json in
        for recipe in SoftRecipe.all { write(recipe.name, recipe.sentence, nil, &json) }
      }
      json.array("faults") { json in
        for fault in SoftFault.all { write(fault.name, fault.sentence, fault.kind, &json) }
      }
    }
    return json.result
  }

  private static func write(
    _ name: String, _ sentence: String, _ kind: SoftFault.Kind?, _ json: inout JSONWriter
  ) {
    json.object { json in
      json.string("name", name)
      if let kind { json.string("kind", kind.rawValue) }
      json.string("sentence", sentence)
    }
  }

  private static func line(_ name: String, _ sentence: String) -> String {
    "  \(name)\(String(repeating: " ", count: max(1, 24 - name.count)))\(sentence)"
  }
}

extension SoftFault.Kind {
  fileprivate var words: String {
    switch self {
    case .quirk: "genuine chips have them and a reading succeeds"
    case .attack: "a reading must stop or report them"
    case .document: "the files are wrong"
    case .transport: "the connection fails"
    }
  }
}
