import PassgateCrypto
import PassgateSettings
import PassgateSystem

/// What the configuration file says, with every file it names read.
struct SignerConfiguration: Sendable {
  let listen: [Endpoint]
  let loops: Int
  let logLevel: LogLevel
  let material: SigningMaterial

  /// Reads the file and all that it names.
  ///
  /// - Throws: every problem at once, one a line.
  init(file: String, wallMilliseconds: UInt64, provesKeys: Bool = false) throws(SettingsError) {
    let settings = try SettingsReader(file: file)
    let reader = ConfigurationReader(
      settings: settings, wallMilliseconds: wallMilliseconds, provesKeys: provesKeys)
    listen = settings.endpoints("listen")
    loops = settings.integer("loops", in: 1...64, default: 1)
    logLevel = settings.logLevel("logLevel")
    let material = reader.material()
    settings.finish()
    guard settings.problems.isEmpty, let material else {
      throw SettingsError(settings.problems.joined(separator: "\n"))
    }
    self.material = material
  }

  /// Everything that is wrong with the file and with what it names; empty when it is in order.
  static func problems(file: String, wallMilliseconds: UInt64) -> [String] {
    do throws(SettingsError) {
      _ = try SignerConfiguration(file: file, wallMilliseconds: wallMilliseconds, provesKeys: true)
      return []
    } catch {
      return error.description.split(separator: "\n").map(String.init)
    }
  }

  /// The names of the settings that differ in `other` and that only a restart takes up.
  func fixedSettings(changedIn other: SignerConfiguration) -> [String] {
    [
      ("listen", listen == other.listen), ("loops", loops == other.loops),
      ("logLevel", logLevel == other.logLevel),
    ].filter { !$1 }.map { $0.0 }
  }
}
