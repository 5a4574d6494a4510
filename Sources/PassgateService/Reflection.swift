import PassgateWire

/// What the platform says of itself.
enum Reflection {
  static func listMethods(_ request: AuthenticRequest) -> Outcome {
    do throws(BodyFault) {
      _ = try ListMethodsRequest.body(request.draft.request.body)
      let methods = Method.all.map { MethodDescription($0) }
      return .success(ListMethodsReply(salt: freshSalt(), methods: methods).encoded())
    } catch {
      return error.outcome
    }
  }
}
