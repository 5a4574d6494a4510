import Glibc

/// Writes text for people to standard error.
package func writeError(_ text: String) {
  let bytes = Array(text.utf8)
  // There is nobody left to tell when standard error is gone.
  _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
}
