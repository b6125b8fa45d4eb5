import BayplanModel

/// The classes of abstract packing that can be drawn. A value: an embedder may pass another.
public struct PackingGenerators: Sendable {
  public var all: [InstanceClass<PackingProblem>]

  public init(_ all: [InstanceClass<PackingProblem>]) { self.all = all }

  public static let standard = PackingGenerators(oneDimension + vectors + severalTypes)

  /// - Throws: `InputError` with the names there are.
  public func named(_ name: String) throws(InputError) -> InstanceClass<PackingProblem> { try .named(name, in: all) }

  static let itemRange: ClosedRange<Int64> = 1...1_000_000
  static let weightRange: ClosedRange<Int64> = 1...1_000_000_000
  static func items(_ standard: Int64) -> InstanceParameter { .init("items", "items", standard, in: itemRange) }
  static func capacity(_ standard: Int64, from least: Int64 = 1) -> InstanceParameter {
    .init("capacity", "of a bin", standard, in: least...1_000_000_000)
  }

  /// An instance without its name.
  struct Draft {
    var binTypes: [PackingProblem.BinType]
    var rows: [PackingProblem.Row]

    /// One type of bins.
    init(capacity: [Int64], rows: [PackingProblem.Row]) {
      binTypes = [.init(capacity: capacity)]
      self.rows = rows
    }

    /// One dimension, an item a row, the heaviest first as in BPPLIB's files.
    init(capacity: Int64, weights: [Int64]) {
      self.init(capacity: [capacity], rows: weights.sorted(by: >).map { .init(weights: [$0]) })
    }

    init(_ problem: PackingProblem) {
      binTypes = problem.binTypes
      rows = problem.rows
    }
  }

  /// A class of drafts: its instances are called by its values.
  static func drawn(
    _ name: String, _ summary: String, source: String, parameters: [InstanceParameter],
    draw: @escaping @Sendable (InstanceValues, inout SeededGenerator) throws(InputError) -> Draft
  ) -> InstanceClass<PackingProblem> {
    InstanceClass(name, summary, source: source, parameters: parameters) { (values, random, name) throws(InputError) in
      let draft = try draw(values, &random)
      return PackingProblem(
        name: name, dimensions: draft.binTypes[0].capacity.count, binTypes: draft.binTypes, rows: draft.rows)
    }
  }
}
