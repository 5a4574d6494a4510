import PassgateSystem

/// A picture's file, and whose it is.
struct PictureFile: Sendable, Equatable {
  let person: String
  let path: String
}

/// Folders of pictures. A picture in the folder itself is of the person whom its name begins with, up to the first "_"
/// or ".": "p01_2.jpg". A folder in it holds the pictures of one person. The same name is the same person everywhere.
enum PictureFolders {
  private static let endings = [".jpg", ".jpeg", ".jp2", ".j2k"]

  /// The pictures of a folder, by person and name.
  static func pictures(in folder: String) throws(SystemError) -> [PictureFile] {
    var pictures: [PictureFile] = []
    for name in try Files.list(folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if Files.isDirectory(path) {
        pictures += try Files.list(path).filter(isPicture).map {
          PictureFile(person: name, path: "\(path)/\($0)")
        }
      } else if isPicture(name) {
        pictures.append(PictureFile(person: person(in: name), path: path))
      }
    }
    guard !pictures.isEmpty else {
      throw SystemError(
        message: "\(folder) has no pictures; names end with \(endings.joined(separator: ", "))")
    }
    return pictures
  }

  static func isPicture(_ name: String) -> Bool {
    let lower = name.lowercased()
    return !name.hasPrefix(".") && endings.contains { lower.hasSuffix($0) }
  }

  static func person(in name: String) -> String { String(name.prefix { $0 != "_" && $0 != "." }) }
}
