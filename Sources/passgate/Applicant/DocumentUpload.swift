import PassgateClient
import PassgateSystem
import PassgateWire

/// Sends the documents of a dossier ahead of it, in chunks; what the platform has already is not sent again.
struct DocumentUpload {
  let calls: CaseCalls

  /// Sends all of them; false after a refusal has been shown.
  func send(_ documents: [DossierFile.Document]) throws -> Bool {
    var progress = Progress(label: "Uploading", total: documents.reduce(0) { $0 + $1.bytes.count })
    var done = 0
    for document in documents {
      var offset = 0
      while offset < document.bytes.count {
        guard let next = try chunk(of: document, at: offset) else { return false }
        guard next > offset, next <= document.bytes.count else {
          throw Failure("\(document.path): the platform does not go on with this document; try again later")
        }
        offset = next
        progress.update(done + offset)
      }
      done += document.bytes.count
    }
    progress.finish(done)
    return true
  }

  /// Where the platform wants to go on after this chunk; nil after a refusal has been shown.
  private func chunk(of document: DossierFile.Document, at offset: Int) throws -> Int? {
    let end = min(offset + PutDocumentRequest.chunkLimit, document.bytes.count)
    let answer = try calls.call("PutDocument") { salt in
      PutDocumentRequest(
        salt: salt, digest: document.digest, byteCount: UInt64(document.bytes.count),
        offset: UInt64(offset), bytes: Array(document.bytes[offset..<end]))
    }
    return try calls.platform.success(answer, as: PutDocumentReply.self).map { Int(clamping: $0.nextOffset) }
  }
}
