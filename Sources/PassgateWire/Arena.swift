import CPassgate

/// Memory for one message on its way through protobuf-c: freed as a whole, bounded by a budget.
///
/// protobuf-c allocates once per field and knows no limit; here an allocation is an addition, and the one
/// that exceeds the budget fails.
@safe final class Arena {
  private static let linkBytes = MemoryLayout<Int>.size
  private static let largestFirstChunk = 64 * 1024

  private var newest: UnsafeMutableRawPointer?
  private var used = 0
  private var capacity: Int
  /// Bytes that may still be allocated.
  private(set) var remaining: Int

  /// - Parameters:
  ///   - budget: the largest sum of all allocations, in bytes.
  ///   - expected: the sum that is likely, in bytes; the first chunk has this size.
  init(budget: Int, expected: Int) {
    remaining = budget
    capacity = min(expected, Arena.largestFirstChunk)
    unsafe newest = nil
  }

  deinit {
    while let chunk = unsafe newest {
      unsafe newest = unsafe chunk.load(as: UnsafeMutableRawPointer?.self)
      unsafe chunk.deallocate()
    }
  }

  /// Uninitialised memory of `size` bytes, aligned to 8, that lives as long as the arena.
  func memory(_ size: Int) -> UnsafeMutableRawPointer {
    let needed = (size + 7) & ~7
    let chunk = unsafe room(for: needed)
    defer { used += needed }
    return unsafe chunk + used
  }

  /// The same within the budget; nil above it.
  func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size >= 0, size <= remaining else { return nil }
    remaining -= size
    return unsafe memory(size)
  }

  private func room(for needed: Int) -> UnsafeMutableRawPointer {
    if let newest = unsafe newest, used + needed <= capacity { return unsafe newest }
    capacity = max(unsafe newest == nil ? capacity : 2 * capacity, needed + Arena.linkBytes)
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    unsafe chunk.storeBytes(of: newest, as: UnsafeMutableRawPointer?.self)
    unsafe newest = unsafe chunk
    used = Arena.linkBytes
    return unsafe chunk
  }

  /// Unpacks `bytes`, which `preScan` has passed; nil above the budget.
  func unpack(_ bytes: Span<UInt8>, as message: MessageDescriptor) -> FieldReader? {
    var allocator = unsafe ProtobufCAllocator(
      alloc: { unsafe Arena.from($0)?.allocate($1) },
      free: { _, _ in },
      allocator_data: Unmanaged.passUnretained(self).toOpaque())
    let unpacked = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe protobuf_c_message_unpack(message.pointer, &allocator, buffer.count, buffer.baseAddress)
    }
    guard let unpacked = unsafe unpacked else { return nil }
    return unsafe FieldReader(arena: self, message: UnsafeRawPointer(unpacked), descriptor: message)
  }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> Arena? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe Unmanaged<Arena>.fromOpaque(pointer).takeUnretainedValue()
  }
}
