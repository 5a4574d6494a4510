/// Why a call has no trustworthy answer, by fault. A refusal by the platform is an answer, not an error.
package enum ClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The network, a file or this machine.
  case environment(String)
  /// The server said goodbye: calls above `lastCallID` were not processed.
  case farewell(reason: String, lastCallID: UInt64)
  /// The platform cannot sign for the moment, so it answers nothing.
  case unavailable
  /// What came is not what the platform would have sent: nothing in it may be believed.
  case notAuthentic(String)
  /// The signing server would not sign.
  case signing(String)
  /// This program used the client wrongly.
  case misuse(String)

  package var description: String {
    switch self {
    case .environment(let what): what
    case .farewell(let reason, _): "the server ended the connection: \(reason)"
    case .unavailable:
      "UNAVAILABLE: the platform's signing device does not answer; the call was not answered and may be sent "
        + "again, an act under its operation id"
    case .notAuthentic(let what): "the reply is not authentic: \(what)"
    case .signing(let what): "the signing server refused: \(what)"
    case .misuse(let what): what
    }
  }
}
