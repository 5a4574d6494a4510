import Glibc
import PassgateSystem

/// The programs of this package, as the build of the tests made them.
package enum Programs {
  /// Where they are: beside the bundle of the tests.
  package static let folder: String = {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let path = buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
    return Files.folder(of: String(decoding: path, as: UTF8.self))
  }()
}
