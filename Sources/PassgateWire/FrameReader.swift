/// Why a connection's bytes cannot be cut into frames any more.
package enum FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A frame of no bytes was announced.
  case empty
  /// A frame above the limit was announced.
  case tooLarge(announced: Int)

  package var description: String {
    switch self {
    case .empty: "a frame of length 0 was announced"
    case .tooLarge(let announced): "a frame of \(announced) bytes was announced, which is above the limit"
    }
  }
}

/// Cuts a connection's bytes into frames: a 4-byte big-endian length N, then N bytes.
///
/// Memory follows the bytes received, never the length announced, and is held only while a frame is partial.
package struct FrameReader: Sendable {
  private static let prefixBytes = 4

  private var buffer: [UInt8] = []
  private var start = 0

  package init() {}

  /// Bytes received that `next` has not given out.
  package var bufferedCount: Int { buffer.count - start }

  /// Whether a frame has begun and not ended.
  package var isPartial: Bool { bufferedCount > 0 }

  package mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
  }

  /// The payload of the next complete frame, nil when more bytes are needed.
  ///
  /// - Parameter limit: the largest length allowed now, in bytes. A longer one throws as soon as it is
  ///   announced, and again at every later call: nothing behind it can be read.
  package mutating func next(limit: Int) throws(FrameError) -> [UInt8]? {
    guard let length = try announcedLength(limit: limit),
      bufferedCount >= FrameReader.prefixBytes + length
    else {
      compact()
      return nil
    }
    let first = start + FrameReader.prefixBytes
    let payload = Array(buffer[first..<first + length])
    start = first + length
    if start == buffer.count { compact() }
    return payload
  }

  private func announcedLength(limit: Int) throws(FrameError) -> Int? {
    guard bufferedCount >= FrameReader.prefixBytes else { return nil }
    let length = buffer[start..<start + FrameReader.prefixBytes].reduce(0) { $0 << 8 | Int($1) }
    guard length > 0 else { throw .empty }
    guard length <= limit else { throw .tooLarge(announced: length) }
    return length
  }

  private mutating func compact() {
    guard start > 0 else { return }
    buffer = Array(buffer[start...])
    start = 0
  }
}

/// The frame's bytes behind their 4-byte length, as they travel.
package func frameBytes(_ frame: Frame) -> [UInt8] { behindLength(frame) }

func behindLength(_ message: some MappedMessage) -> [UInt8] {
  var bytes = message.encoded(behind: 4)
  let length = UInt32(bytes.count - 4)
  for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
  return bytes
}
