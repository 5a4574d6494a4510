/// A place in the Measures: an article and an item (or, for art.6, a paragraph); item 0 is the whole article.
package struct Clause: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let article: UInt8
  package let item: UInt8

  package init(_ article: UInt8, _ item: UInt8 = 0) {
    self.article = article
    self.item = item
  }

  /// "art.13(2)".
  package var description: String { item == 0 ? "art.\(article)" : "art.\(article)(\(item))" }

  package static func < (left: Clause, right: Clause) -> Bool {
    (left.article, left.item) < (right.article, right.item)
  }
}
