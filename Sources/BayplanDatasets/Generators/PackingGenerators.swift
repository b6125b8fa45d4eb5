import BayplanModel

/// The classes of instances that can be drawn. A value: an embedder may pass another.
public struct PackingGenerators: Sendable {
  public var all: [InstanceClass]

  public init(_ all: [InstanceClass]) { self.all = all }

  public static let standard = PackingGenerators(oneDimension + vectors + severalTypes)

  /// - Throws: `InputError` with the names there are.
  public func named(_ name: String) throws(InputError) -> InstanceClass {
    if let found = all.first(where: { $0.name == name }) { return found }
    throw InputError(
      .unreadable, object: "class \(name)", "there is no such class of instances",
      fix: "There are: \(all.map(\.name).joined(separator: ", ")).")
  }

  static let itemRange: ClosedRange<Int64> = 1...1_000_000
  static let weightRange: ClosedRange<Int64> = 1...1_000_000_000
  static func items(_ standard: Int64) -> InstanceClass.Parameter { .init("items", "items", standard, in: itemRange) }
  static func capacity(_ standard: Int64, from least: Int64 = 1) -> InstanceClass.Parameter {
    .init("capacity", "of a bin", standard, in: least...1_000_000_000)
  }
}
