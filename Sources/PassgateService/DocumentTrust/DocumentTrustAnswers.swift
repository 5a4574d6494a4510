import PassgateWire

extension DocumentTrustDesk {
  func answer(_ body: () throws(DocumentTrustFault) -> [UInt8]) -> Outcome {
    do throws(DocumentTrustFault) { return .success(try body()) } catch { return error.outcome }
  }

  /// What an act comes to whose body must decode.
  func answer<Body: WireMessage>(_ order: Order, _: Body.Type, _ act: (Body) -> Outcome) -> Outcome {
    do throws(BodyFault) { return act(try Body.body(order.request.body)) } catch { return error.outcome }
  }

  static func body<Body: WireMessage>(_: Body.Type, _ order: Order) throws(DocumentTrustFault) -> Body {
    do throws(BodyFault) {
      return try Body.body(order.request.body)
    } catch {
      throw DocumentTrustFault(reason: .malformedBody, field: error.field)
    }
  }
}

extension Result where Failure == DocumentTrustFault {
  func outcome(_ reply: (Success) -> [UInt8]) -> Outcome {
    switch self {
    case .success(let value): .success(reply(value))
    case .failure(let fault): fault.outcome
    }
  }
}

extension TrustProposal {
  func recorded(as event: UInt64) -> TrustProposal {
    var proposal = self
    proposal.event = event
    return proposal
  }
}

extension TrustProblem {
  init(_ problem: DocumentTrustContent.Problem) {
    self.init(
      file: UInt32(clamping: problem.file), number: UInt32(clamping: problem.number),
      problem: wireText(problem.reason))
  }
}

extension [TrustEntry] {
  func count(of change: TrustEntry.Change) -> UInt32 { UInt32(clamping: count { $0.change == change }) }
}
