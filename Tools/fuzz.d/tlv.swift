// Data objects: every header, every child, the whole tree.
import PassgateEngines

func examine(_ bytes: [UInt8]) {
  guard let first = tried({ try TLV.Header(bytes[...]) }), let header = first else { return }
  guard let object = tried({ try TLV(bytes, tag: header.tag) }) else { return }
  precondition(object.whole.elementsEqual(bytes) && object.content.count == header.length)
  _ = tried { try object.checkNesting() }
  _ = tried { try object.children() }
  // What is written again in the shortest form says the same.
  let again = TLV.encoded(object.tag, object.content)
  precondition(tried { try TLV(again, tag: object.tag) }?.content.elementsEqual(object.content) ?? false)
}
