import CLinux
import Glibc

/// An IPv4 or IPv6 socket address as the kernel takes it.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  init() {}

  var family: Int32 { Int32(storage.ss_family) }

  /// The numeric address and port; nil for other families.
  var endpoint: Endpoint? {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let result = unsafe read { address, length in
      unsafe getnameinfo(
        address, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
        NI_NUMERICHOST | NI_NUMERICSERV)
    }
    guard result == 0, let number = UInt16(Self.text(port)) else { return nil }
    return Endpoint(host: Self.unmapped(Self.text(host)), port: number)
  }

  /// Lends the address to a call that reads it.
  func read(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    unsafe withUnsafeBytes(of: storage) { bytes in
      guard let base = bytes.baseAddress else { return -1 }
      return unsafe call(base.assumingMemoryBound(to: sockaddr.self), length)
    }
  }

  /// Lends the address to a call that writes it.
  mutating func fill(
    _ call: (UnsafeMutablePointer<sockaddr_storage>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> Int32 {
    length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe call(&storage, &length)
  }

  /// The addresses of a name, in the order to try them.
  static func resolve(_ host: String, _ port: UInt16, passive: Bool) throws(SystemError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard result == 0 else { throw refusal(host, result) }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      unsafe addresses.append(SocketAddress(entry.pointee))
      unsafe next = entry.pointee.ai_next
    }
    return addresses
  }

  private init(_ entry: addrinfo) {
    length = min(unsafe entry.ai_addrlen, length)
    let count = Int(length)
    unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: entry.ai_addr, count: count))
    }
  }

  private static func refusal(_ host: String, _ result: Int32) -> SystemError {
    let reason = result == EAI_SYSTEM ? nil : unsafe gai_strerror(result).map { unsafe String(cString: $0) }
    guard let reason else { return SystemError(doing: "look up \(host)", code: errno) }
    return SystemError(message: "look up \(host): \(reason); check the name and the resolver")
  }

  /// An IPv4 peer of an IPv6 socket under its own address (RFC 4291 section 2.5.5.2), so that a limit for each
  /// address counts it once.
  private static func unmapped(_ host: String) -> String {
    let prefix = "::ffff:"
    return host.hasPrefix(prefix) && host.contains(".") ? String(host.dropFirst(prefix.count)) : host
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
