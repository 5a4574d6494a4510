import CPassgate

/// Body of `Health/Check`.
package struct HealthCheckRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) {
    self.salt = salt
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__health_check_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
  }
}

/// Reply of `Health/Check`.
package struct HealthCheckReply: MappedMessage {
  package enum Status: UInt32, Sendable, CaseIterable {
    case serving = 1
    case notServing = 2
  }

  /// 16 random bytes.
  package var salt: [UInt8]
  package var status: Status
  package var deployment: Deployment
  package var software: String
  package var uptimeMilliseconds: UInt64

  package init(
    salt: [UInt8], status: Status, deployment: Deployment, software: String, uptimeMilliseconds: UInt64
  ) {
    self.salt = salt
    self.status = status
    self.deployment = deployment
    self.software = software
    self.uptimeMilliseconds = uptimeMilliseconds
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__health_check_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    status = try fields.choice(2)
    deployment = try fields.choice(3)
    software = fields.text(4)
    uptimeMilliseconds = fields.uint64(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, status.rawValue)
    fields.set(3, deployment.rawValue)
    fields.set(4, software)
    fields.set(5, uptimeMilliseconds)
  }
}

/// Body of `Reflection/ListMethods`.
package struct ListMethodsRequest: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]

  package init(salt: [UInt8]) {
    self.salt = salt
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_methods_request__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
  }
}

/// A row of the table of methods, for clients.
package struct MethodDescription: MappedMessage {
  package var method: String
  package var who: String
  package var bodyBytes: UInt32
  package var timeoutMilliseconds: UInt32
  package var changesState: Bool

  package init(
    method: String, who: String, bodyBytes: UInt32, timeoutMilliseconds: UInt32, changesState: Bool
  ) {
    self.method = method
    self.who = who
    self.bodyBytes = bodyBytes
    self.timeoutMilliseconds = timeoutMilliseconds
    self.changesState = changesState
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__method_description__init)

  init(from fields: FieldReader) throws(WireError) {
    method = fields.text(1)
    who = fields.text(2)
    bodyBytes = fields.uint32(3)
    timeoutMilliseconds = fields.uint32(4)
    changesState = fields.bool(5)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, method)
    fields.set(2, who)
    fields.set(3, bodyBytes)
    fields.set(4, timeoutMilliseconds)
    fields.set(5, changesState)
  }
}

extension MethodDescription {
  package init(_ method: Method) {
    self.init(
      method: method.name, who: method.caller.who, bodyBytes: UInt32(method.bodyLimit),
      timeoutMilliseconds: method.defaultTimeoutMilliseconds, changesState: method.changesState)
  }
}

/// Reply of `Reflection/ListMethods`.
package struct ListMethodsReply: MappedMessage {
  /// 16 random bytes.
  package var salt: [UInt8]
  package var methods: [MethodDescription]

  package init(salt: [UInt8], methods: [MethodDescription]) {
    self.salt = salt
    self.methods = methods
  }

  static let descriptor = unsafe MessageDescriptor(passgate__v1__list_methods_reply__init)

  init(from fields: FieldReader) throws(WireError) {
    salt = try fields.salt()
    methods = try fields.messages(2)
  }

  func write(to fields: FieldWriter) {
    fields.set(1, salt)
    fields.set(2, methods)
  }
}
