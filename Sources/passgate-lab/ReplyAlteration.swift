import PassgateWire

/// One thing that is changed in a genuine reply on its way to the client.
struct ReplyAlteration: Sendable {
  let name: String
  let deed: String
  let change: @Sendable (inout Response) -> Void

  /// The control for all others.
  static let untouched = ReplyAlteration(name: "untouched", deed: "changed nothing") { _ in }

  static let all: [ReplyAlteration] = [
    ReplyAlteration(name: "header", deed: "changed the reply's time by a millisecond") { response in
      guard var header = try? ResponseHeader(decoding: response.header.span) else { return }
      header.createdMilliseconds += 1
      response.header = header.encoded()
    },
    ReplyAlteration(name: "request-digest", deed: "passed it off as the answer to another request") {
      response in
      guard var header = try? ResponseHeader(decoding: response.header.span) else { return }
      flip(&header.requestDigest)
      response.header = header.encoded()
    },
    ReplyAlteration(name: "body", deed: "turned the verdict round") { response in
      guard var reply = try? VerifyIdentityReply(decoding: response.body.span) else { return }
      reply.result.verdict = reply.result.verdict == .consistent ? .inconsistent : .consistent
      response.body = reply.encoded()
    },
    ReplyAlteration(name: "signature", deed: "changed one bit of the signature") {
      flip(&$0.signature.value)
    },
    ReplyAlteration(name: "path", deed: "lengthened the path of the tree") {
      $0.signature.path.append([UInt8](repeating: 0, count: WireLength.digest))
    },
    ReplyAlteration(name: "tree-size", deed: "claimed a larger tree") { $0.signature.treeSize += 1 },
    ReplyAlteration(name: "leaf-index", deed: "claimed another place in the tree") {
      $0.signature.leafIndex += 1
    },
  ]
}
