import Glibc
import PassgateSystem

/// What `Tools/portrait-models` has fetched: models that compare portraits, and public-domain photographs.
///
///     @Test(.enabled(if: PortraitModels.path != nil, PortraitModels.needed))
package enum PortraitModels {
  /// The folder with both files; nil where `Tools/portrait-models` could not fetch them.
  package static let path: String? = {
    guard let folder, files.allSatisfy({ size("\(folder)/\($0.name)") == $0.size }) else {
      return nil
    }
    return folder
  }()

  /// The development calibration for these models; nil where `Tools/portrait-calibration` could not make it.
  package static let calibration: String? = path.map { "\($0)/development.calibration" }.flatMap {
    Files.exists($0) ? $0 : nil
  }

  /// Why a test that compares is skipped.
  package static let calibrationNeeded =
    "needs the development calibration: Tools/portrait-calibration"

  /// Why a test is skipped.
  package static let needed = "needs the models of portraits: Tools/portrait-models"

  /// Their sizes, in bytes, tell a file that was cut short; programs hold them against their digests.
  package static let files: [(name: String, size: Int)] = [
    ("dlib_face_recognition_resnet_model_v1.dat", 22_466_066),
    ("shape_predictor_5_face_landmarks.dat", 9_150_489),
  ]

  /// As the tool says.
  fileprivate static let folder: String? =
    variable("PASSGATE_PORTRAIT_MODELS")
    ?? (variable("XDG_CACHE_HOME") ?? variable("HOME").map { "\($0)/.cache" }).map {
      "\($0)/passgate/portrait"
    }

  private static func size(_ path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private static func variable(_ name: String) -> String? {
    let value = unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
    return value.isEmpty ? nil : value
  }
}

/// Two public men, in photographs of their government that are in the public domain.
package enum PortraitPhotograph: String, Sendable, CaseIterable {
  case biden = "biden.jpg"
  case obama = "obama.jpg"
  /// Another day.
  case obamaAgain = "obama2.jpg"
  /// Larger than a portrait check takes.
  case obamaLarge = "obama3.jpg"
  /// A part of the first: the same moment, but another picture.
  case obamaPart = "obama_partial_face.jpg"

  /// The file; nil where `Tools/portrait-models` could not fetch it.
  package var path: String? {
    guard let folder = PortraitModels.folder else { return nil }
    let path = "\(folder)/photographs/\(rawValue)"
    return Files.exists(path) ? path : nil
  }
}
