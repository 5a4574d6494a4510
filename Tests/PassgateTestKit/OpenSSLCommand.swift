import Foundation

/// The `openssl` command, against which the library is checked where it is installed.
package enum OpenSSLCommand {
  package static let path = "/usr/bin/openssl"
  package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

  /// Runs the command; its exit status, and what it printed on both channels.
  package static func output(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    let printed = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = printed
    process.standardError = printed
    try process.run()
    let text = String(decoding: try printed.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
