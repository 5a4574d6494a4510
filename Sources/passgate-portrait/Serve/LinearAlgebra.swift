import CPortrait

/// What multiplies the network's matrices: whatever the system's alternatives have bound.
enum LinearAlgebra {
  /// "OpenBLAS 0.3.21 SkylakeX"; nil where it is none that the speed was measured with.
  static var name: String? { unsafe portrait_linear_algebra().map { unsafe String(cString: $0) } }

  /// The file it was loaded from.
  static var path: String { unsafe String(cString: portrait_linear_algebra_path()) }
}
