/// The hash functions of chips are those of the documents around them.
package typealias ChipDigest = DocumentDigest
