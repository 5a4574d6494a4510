import Glibc

/// What of libjpeg-turbo (turbojpeg.h, 2.1) the engine has no use for: lossless transformations and writing.
enum TurboJPEG {
  /// `tjtransform`.
  private struct Transform {
    var x: Int32 = 0
    var y: Int32 = 0
    var width: Int32 = 0
    var height: Int32 = 0
    var operation: Int32
    var options: Int32 = 0
    var data: Int = 0
    var filter: Int = 0
  }

  /// The operation that undoes what a reader does for an orientation of EXIF: TJXOP_NONE, HFLIP, VFLIP, TRANSPOSE,
  /// TRANSVERSE, ROT90, ROT180 and ROT270 are 0 to 7.
  private static let undoing: [UInt8: Int32] = [1: 0, 2: 1, 3: 6, 4: 2, 5: 3, 6: 7, 7: 4, 8: 5]

  private typealias Begin = @convention(c) () -> OpaquePointer?
  private typealias End = @convention(c) (OpaquePointer) -> Int32
  private typealias Free = @convention(c) (UnsafeMutablePointer<UInt8>?) -> Void

  /// The picture as a camera stores it that writes this orientation.
  static func stored(_ image: [UInt8], for orientation: UInt8) -> [UInt8]? {
    typealias Run =
      @convention(c) (
        OpaquePointer, UnsafePointer<UInt8>, UInt, Int32, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        UnsafeMutablePointer<UInt>, UnsafeMutableRawPointer, Int32
      ) -> Int32
    guard let operation = undoing[orientation], let begin = unsafe function("tjInitTransform", Begin.self),
      let run = unsafe function("tjTransform", Run.self), let end = unsafe function("tjDestroy", End.self),
      let free = unsafe function("tjFree", Free.self), let handle = unsafe begin()
    else { return nil }
    defer { _ = unsafe end(handle) }
    var transform = Transform(operation: operation)
    var result: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { unsafe free(result) }
    let failed = unsafe run(handle, image, UInt(image.count), 1, &result, &size, &transform, 0)
    guard failed == 0, let start = unsafe result else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(size)))
  }

  /// A JPEG of colours in full resolution at quality 98.
  static func picture(_ width: Int, _ height: Int, pixel: (Int, Int) -> (UInt8, UInt8, UInt8)) -> [UInt8]? {
    typealias Run =
      @convention(c) (
        OpaquePointer, UnsafePointer<UInt8>, Int32, Int32, Int32, Int32,
        UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<UInt>, Int32, Int32, Int32
      ) -> Int32
    guard let begin = unsafe function("tjInitCompress", Begin.self),
      let run = unsafe function("tjCompress2", Run.self), let end = unsafe function("tjDestroy", End.self),
      let free = unsafe function("tjFree", Free.self), let handle = unsafe begin()
    else { return nil }
    defer { _ = unsafe end(handle) }
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (red, green, blue) = pixel(x, y)
        pixels += [red, green, blue]
      }
    }
    var result: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { unsafe free(result) }
    let failed = unsafe run(handle, pixels, Int32(width), 0, Int32(height), 0, &result, &size, 0, 98, 0)
    guard failed == 0, let start = unsafe result else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(size)))
  }

  private static func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
    guard let library = unsafe dlopen("libturbojpeg.so.0", RTLD_NOW), let symbol = unsafe dlsym(library, name)
    else { return nil }
    return unsafe unsafeBitCast(symbol, to: type)
  }
}
