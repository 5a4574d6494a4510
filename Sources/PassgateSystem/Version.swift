/// The version of this source, one for all programs (semantic versioning).
package let productVersion = "0.1.0"
