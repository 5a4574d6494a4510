enum LatinTable { static func letters(of scalar: UInt32) -> (UInt32, UInt32?)? { nil } }
