/// Abstract bin packing: rows of equal items, and types of bins to pack them into at least cost.
///
/// One dimension and one bin type is bin packing or cutting stock; several dimensions, vector packing; several bin
/// types, variable-sized bins; several incarnations of a row, multiple choice.
public struct PackingProblem: Hashable, Sendable {
  public var name: String
  public var dimensions: Int
  public var binTypes: [BinType]
  /// In input order: results refer to rows by their position.
  public var rows: [Row]

  public struct BinType: Hashable, Sendable {
    /// Room per dimension, not negative.
    public var capacity: [Int64]
    /// Of one bin, not negative.
    public var cost: Int64
    /// Bins there are; nil for any number.
    public var copies: Int?

    public init(capacity: [Int64], cost: Int64 = 1, copies: Int? = nil) {
      self.capacity = capacity
      self.cost = cost
      self.copies = copies
    }
  }

  public struct Row: Hashable, Sendable {
    /// Copies, each of which has to be packed in one of its incarnations.
    public var demand: Int
    /// Weights per dimension, of each incarnation.
    public var incarnations: [[Int64]]

    public init(demand: Int, incarnations: [[Int64]]) {
      self.demand = demand
      self.incarnations = incarnations
    }

    public init(demand: Int = 1, weights: [Int64]) { self.init(demand: demand, incarnations: [weights]) }
  }

  public init(name: String, dimensions: Int, binTypes: [BinType], rows: [Row]) {
    self.name = name
    self.dimensions = dimensions
    self.binTypes = binTypes
    self.rows = rows
  }

  public var totalDemand: Int { rows.reduce(0) { $0 + $1.demand } }

  /// The bin type that takes an incarnation, first in order; nil if none does.
  public func firstBinType(thatFits weights: [Int64]) -> Int? {
    binTypes.indices.first { type in weights.indices.allSatisfy { weights[$0] <= binTypes[type].capacity[$0] } }
  }
}
