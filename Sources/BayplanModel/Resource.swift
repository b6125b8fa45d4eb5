/// The name of something a node has and a pod asks for: `cpu`, `memory`, `nvidia.com/gpu`.
public struct Resource: RawRepresentable, Hashable, Comparable, Sendable, Codable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }

  /// Millicores.
  public static let cpu = Resource("cpu")
  /// Bytes.
  public static let memory = Resource("memory")
  /// Bytes.
  public static let ephemeralStorage = Resource("ephemeral-storage")
  /// Number of pods a node takes.
  public static let pods = Resource("pods")

  public static func < (left: Resource, right: Resource) -> Bool { left.rawValue < right.rawValue }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// Amounts per resource, in the resource's unit: millicores for cpu, bytes for memory and storage, else a count.
///
/// A resource that is absent amounts to zero. Arithmetic saturates at the `Int64` range, so that hostile input
/// cannot wrap an overfull node into an empty one.
public struct Resources: Hashable, Sendable {
  public private(set) var amounts: [Resource: Int64]

  public init(_ amounts: [Resource: Int64] = [:]) {
    self.amounts = amounts.filter { $0.value != 0 }
  }

  public subscript(resource: Resource) -> Int64 {
    get { amounts[resource] ?? 0 }
    set { amounts[resource] = newValue == 0 ? nil : newValue }
  }

  /// The resources with a non-zero amount, by name.
  public var names: [Resource] { amounts.keys.sorted() }
  public var isEmpty: Bool { amounts.isEmpty }

  public static func += (left: inout Resources, right: Resources) {
    for (resource, amount) in right.amounts { left[resource] = left[resource].addingSaturated(amount) }
  }

  public static func -= (left: inout Resources, right: Resources) {
    for (resource, amount) in right.amounts { left[resource] = left[resource].subtractingSaturated(amount) }
  }

  public static func + (left: Resources, right: Resources) -> Resources {
    var sum = left
    sum += right
    return sum
  }

  public static func - (left: Resources, right: Resources) -> Resources {
    var difference = left
    difference -= right
    return difference
  }

  /// The larger amount of each resource.
  public func maximum(with other: Resources) -> Resources {
    var result = self
    for (resource, amount) in other.amounts where amount > result[resource] { result[resource] = amount }
    return result
  }
}

extension Resources: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (Resource, Int64)...) {
    self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}

extension Resources: Codable {
  public init(from decoder: any Decoder) throws {
    let raw = try decoder.singleValueContainer().decode([String: Int64].self)
    self.init(Dictionary(uniqueKeysWithValues: raw.map { (Resource($0.key), $0.value) }))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Dictionary(uniqueKeysWithValues: amounts.map { ($0.key.rawValue, $0.value) }))
  }
}

extension Int64 {
  public func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }

  public func subtractingSaturated(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }

  public func multipliedSaturated(by other: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
