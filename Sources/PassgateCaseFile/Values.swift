import PassgateDomain
import PassgateWire

/// A day as the wire writes it.
func day(_ text: String, in field: String) throws(WireError) -> CalendarDate {
  guard let day = CalendarDate(iso: text) else {
    throw WireError(text.isEmpty ? .missing : .notAllowed, field: field)
  }
  return day
}

/// A minute of the day, from 0 to 1,440.
func minute(_ value: UInt32, in field: String) throws(WireError) -> UInt16 {
  guard value <= 1440 else { throw WireError(.outOfRange, field: field) }
  return UInt16(value)
}

/// An item of art. 6(1).
func materialKind(_ value: UInt32, in field: String) throws(WireError) -> MaterialKind {
  guard let kind = UInt8(exactly: value).flatMap(MaterialKind.init) else {
    throw WireError(value == 0 ? .missing : .outOfRange, field: field)
  }
  return kind
}

/// What `read` makes of the content of a field.
func inside<Value>(
  _ field: String, _ read: () throws(WireError) -> Value
) throws(WireError) -> Value {
  do throws(WireError) {
    return try read()
  } catch {
    throw error.inside(field)
  }
}

/// What `read` makes of each element of a repeated field.
func each<Element, Value>(
  _ elements: [Element], in field: String, _ read: (Element) throws(WireError) -> Value
) throws(WireError) -> [Value] {
  var values: [Value] = []
  for (index, element) in elements.enumerated() {
    values.append(try inside("\(field)[\(index)]") { () throws(WireError) in try read(element) })
  }
  return values
}
