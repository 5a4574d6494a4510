import PassgateRPC

/// Looks into a loop for the bytes that its connections hold.
enum Memory {
  /// Capacity of every byte array of every connection; the read buffer that they share is not counted.
  static func held(by core: LoopCore) -> Int {
    for child in Mirror(reflecting: core).children where child.label == "connections" {
      return bytes(in: child.value, depth: 0)
    }
    return .max
  }

  private static func bytes(in value: Any, depth: Int) -> Int {
    if let array = value as? [UInt8] { return array.capacity }
    if depth > 4 || value is any Transport || value is Peer { return 0 }
    return Mirror(reflecting: value).children.reduce(0) { $0 + bytes(in: $1.value, depth: depth + 1) }
  }
}
