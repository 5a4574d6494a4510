/// The half-width form of a full-width ASCII character or ideographic space, else the scalar itself.
func halfWidth(_ scalar: UInt32) -> UInt32 {
  if scalar >= 0xFF01 && scalar <= 0xFF5E { return scalar - 0xFEE0 }
  return scalar == 0x3000 ? 0x20 : scalar
}

/// The capital of an ASCII letter, else the scalar itself.
func upperCased(_ scalar: UInt32) -> UInt32 {
  scalar >= 0x61 && scalar <= 0x7A ? scalar - 0x20 : scalar
}
