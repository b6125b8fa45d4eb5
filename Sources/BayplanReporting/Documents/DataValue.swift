/// A value of a document before it has a syntax: what JSON and YAML writers print and the JSON reader returns.
public indirect enum DataValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([DataValue])
  /// In the order in which it is printed; keys are unique.
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var key: String
    public var value: DataValue

    public init(_ key: String, _ value: DataValue) {
      self.key = key
      self.value = value
    }
  }

  public subscript(key: String) -> DataValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var text: String? { if case .string(let text) = self { text } else { nil } }
  public var items: [DataValue]? { if case .array(let items) = self { items } else { nil } }
  public var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  public var isNull: Bool { self == .null }

  public var int64: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension DataValue {
  static func strings(_ values: [String]) -> DataValue { .array(values.map(DataValue.string)) }
  static func integers<Value: BinaryInteger>(_ values: [Value]) -> DataValue {
    .array(values.map { .integer(Int64($0)) })
  }

  static func optional(_ value: Int64?) -> DataValue { value.map(DataValue.integer) ?? .null }
  static func optional(_ value: Double?) -> DataValue { value.map(DataValue.number) ?? .null }
  static func optional(_ value: String?) -> DataValue { value.map(DataValue.string) ?? .null }

  /// An object of a dictionary, by key.
  static func sorted(_ dictionary: [String: DataValue]) -> DataValue {
    .object(dictionary.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
  }

  /// Sets or replaces a member; does nothing to a value that is not an object.
  public mutating func set(_ key: String, _ value: DataValue) {
    guard case .object(var members) = self else { return }
    self = .null
    if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].value = value
    } else {
      members.append(Member(key, value))
    }
    self = .object(members)
  }

  /// Without the members that equal those of `defaults`, so that a document says only what is special.
  func omitting(_ defaults: DataValue) -> DataValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { defaults[$0.key] != $0.value })
  }

  /// With the members that it lacks taken from `defaults`: an older document still reads when a field was added.
  func filled(from defaults: DataValue) -> DataValue {
    guard case .object(var members) = self, case .object(let missing) = defaults else { return self }
    let present = Set(members.map(\.key))
    members += missing.filter { !present.contains($0.key) }
    return .object(members)
  }
}
