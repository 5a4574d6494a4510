import CPassgate

/// Memory for one message on its way through protobuf-c: freed as a whole, bounded by a budget.
///
/// protobuf-c allocates once per field and knows no limit; here an allocation is an addition, and the one
/// that exceeds the budget fails.
@safe final class Arena {
  private static let linkBytes = MemoryLayout<Int>.size
  /// The largest chunk that the C library hands out from a thread's own cache (glibc: 1,032 bytes with its
  /// header); requests and replies take two or three of them.
  private static let cachedChunk = 1000
  private static let cachedChunks = 3

  private var newest: UnsafeMutableRawPointer?
  private var used = 0
  private var capacity = 0
  private var chunks = 0
  /// Bytes that may still be allocated.
  private(set) var remaining: Int

  /// - Parameter budget: the largest sum of all allocations, in bytes.
  init(budget: Int) {
    remaining = budget
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
    chunks += 1
    capacity = max(
      chunks <= Arena.cachedChunks ? Arena.cachedChunk : 2 * capacity, needed + Arena.linkBytes)
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
