import PassgateSystem
import PassgateWire

let checkCommand = CommandLine.Command(
  path: ["check"],
  options: [
    EngineOptions.models, EngineOptions.calibration,
    .init(name: "--json", help: "The result as JSON."),
  ],
  summary: "look over all that serving needs",
  details: """
    Lists all that 'serve' would refuse: files of the model that are missing, cut short, exchanged or open to others; a \
    calibration of another model or build; a processor that the build is not for; the wrong linear algebra; a kernel or a \
    container without what locks a worker. Where all is in order it says what the engine is and what confines a worker here.
    """,
  examples: [
    .init(
      "passgate-portrait check --models /var/lib/passgate/models --calibration /etc/passgate/portraits.calibration",
      "Before the platform is told to compare portraits:")
  ])

extension Readiness {
  /// For people.
  var text: String {
    guard let standing else { return problems.joined(separator: "\n") }
    return """
      in order
      engine: \(standing.engine)
      model: \(Hex.encode(standing.modelID))
      calibration: \(calibrationText)
      a worker has: \(standing.sandbox)
      """
  }

  private var calibrationText: String {
    guard let calibration else { return "none, so nothing is compared" }
    return "\(Hex.encode(calibration.id)), \(calibration.calibration.purpose.rawValue)"
  }

  var json: String {
    var json = JSONWriter()
    json.object { json in
      json.bool("ok", problems.isEmpty)
      json.array("problems") { json in for problem in problems { json.string(problem) } }
      if let standing {
        json.string("engine", standing.engine)
        json.string("model", Hex.encode(standing.modelID))
        json.string("calibration", Hex.encode(standing.calibrationID))
        json.bool("development", standing.development)
      }
      if let confinement {
        json.number("landlock", confinement.landlock)
        json.array("namespaces") { json in for name in confinement.namespaces { json.string(name) } }
      }
    }
    return json.result
  }
}
