import Glibc
import PassgateDomain
import PassgateSystem
import PassgateWire

/// What the portrait column of a line leads to.
enum FilePortrait: Equatable, Confidential {
  /// The line names none.
  case absent
  case image([UInt8])
  /// Why it cannot be sent; never the path, which may be a number or a name.
  case unusable(String)
}

/// The folder of a registry file. Portraits are inside it: paths come from whoever wrote the file, and must not lead to
/// what else this user may read.
struct PortraitFolder {
  private let path: String

  /// - Parameter file: "-", standard input, stands in the working folder.
  init(of file: String) { path = file == "-" ? "." : Files.folder(of: file) }

  func read(_ portrait: String) -> FilePortrait {
    guard !portrait.isEmpty else { return .absent }
    do throws(SystemError) {
      let image = try Files.read(portrait, inside: path, limit: RegistryPortrait.imageLimit)
      return PortraitFormat(image) == nil ? .unusable("neither JPEG nor JPEG 2000") : .image(image)
    } catch {
      return .unusable(Self.reasons[error.code] ?? "the file cannot be read (error \(error.code))")
    }
  }

  private static let reasons: [Int32: String] = [
    EXDEV: "the path must be relative and stay inside the folder of the file",
    ENOENT: "there is no such file",
    EACCES: "no permission to read the file",
    ELOOP: "it is a link, and links are not followed",
    ENOTDIR: "a part of the path is no folder; links are not followed",
    EISDIR: "it is not a file",
    EFBIG: "larger than \(RegistryPortrait.imageLimit) bytes",
  ]
}
