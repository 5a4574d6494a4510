/// The candidate most likely meant by a mistyped name: the fewest insertions, deletions, replacements and swaps of
/// neighbours, at most one for each three characters; nil where none is that near.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  let distances = candidates.map { ($0, editDistance(Array(name), Array($0))) }
  guard let (nearest, distance) = distances.min(by: { $0.1 < $1.1 }) else { return nil }
  return distance <= max(1, nearest.count / 3) ? nearest : nil
}

/// Optimal string alignment distance, by three rolling rows.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var (beforeLast, last) = ([Int](), Array(0...right.count))
  for (row, character) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      let replaced = last[column] + (character == other ? 0 : 1)
      var best = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
        best = min(best, beforeLast[column - 1] + 1)
      }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
