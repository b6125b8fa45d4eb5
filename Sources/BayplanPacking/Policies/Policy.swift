/// Chooses a bin for one item from the current state: among the bins that take it, the one with the highest score,
/// the earliest on ties.
public protocol Policy: Sendable {
  /// The type's name in kebab-case.
  var name: String { get }
  /// Whether the first bin that fits wins, so that scoring can be left out.
  var takesFirst: Bool { get }
  /// - Parameters:
  ///   - weights: what the item takes per dimension, as a share of the bin's capacity.
  ///   - free: what the bin has left per dimension before the item, as a share of its capacity.
  func score(weights: UnsafeBufferPointer<Float>, free: UnsafeBufferPointer<Float>) -> Float
}

extension Policy {
  public var takesFirst: Bool { false }
}

/// Takes the first bin with room.
public struct FirstFit: Policy {
  public init() {}
  public var name: String { "first-fit" }
  public var takesFirst: Bool { true }
  public func score(weights: UnsafeBufferPointer<Float>, free: UnsafeBufferPointer<Float>) -> Float { 0 }
}

/// Takes the bin that is left with the least room, summed over dimensions.
public struct BestFit: Policy {
  public init() {}
  public var name: String { "best-fit" }
  public func score(weights: UnsafeBufferPointer<Float>, free: UnsafeBufferPointer<Float>) -> Float {
    var left: Float = 0
    for index in free.indices { left += free[index] - weights[index] }
    return -left
  }
}

/// Takes the bin that is left with the most room: spreads the load.
public struct WorstFit: Policy {
  public init() {}
  public var name: String { "worst-fit" }
  public func score(weights: UnsafeBufferPointer<Float>, free: UnsafeBufferPointer<Float>) -> Float {
    var left: Float = 0
    for index in free.indices { left += free[index] - weights[index] }
    return left
  }
}

/// Takes the bin whose free room points the item's way (Panigrahy, Talwar, Uyeda, Wieder 2011).
public struct DotProduct: Policy {
  public init() {}
  public var name: String { "dot-product" }
  public func score(weights: UnsafeBufferPointer<Float>, free: UnsafeBufferPointer<Float>) -> Float {
    var sum: Float = 0
    for index in free.indices { sum += free[index] * weights[index] }
    return sum
  }
}

/// The dot product freed of lengths: only the shape of demand and free room counts.
public struct CosineSimilarity: Policy {
  public init() {}
  public var name: String { "cosine-similarity" }
  public func score(weights: UnsafeBufferPointer<Float>, free: UnsafeBufferPointer<Float>) -> Float {
    var sum: Float = 0
    var weightSquare: Float = 0
    var freeSquare: Float = 0
    for index in free.indices {
      sum += free[index] * weights[index]
      weightSquare += weights[index] * weights[index]
      freeSquare += free[index] * free[index]
    }
    let product = weightSquare * freeSquare
    return product > 0 ? sum / product.squareRoot() : 0
  }
}
