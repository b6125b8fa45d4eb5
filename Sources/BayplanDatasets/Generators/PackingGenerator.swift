import BayplanModel

/// Seeded abstract packing instances of the kinds that are published: the same seed gives the same instance anywhere.
public enum PackingGenerator {
  /// Items of uniform weight in one dimension, weights as shares of the capacity in percent (Scholl, Klein, Jürgens
  /// 1997; Delorme, Iori, Martello 2016).
  public static func uniform(
    items: Int, capacity: Int64, percent: ClosedRange<Int64> = 10...70, seed: UInt64
  ) -> PackingProblem {
    var random = SeededGenerator(seed)
    let range = max(1, capacity * percent.lowerBound / 100)...max(1, capacity * percent.upperBound / 100)
    let rows = (0..<items).map { _ in PackingProblem.Row(weights: [random.integer(in: range)]) }
    return PackingProblem(
      name: "uniform-\(items)-\(capacity)-\(seed)", dimensions: 1, binTypes: [.init(capacity: [capacity])], rows: rows)
  }

  /// Cutting stock with many types of long demand and a huge capacity, like the GI class of BPPLIB (Gschwind and
  /// Irnich 2016): weights from a fifth to two thirds of the capacity, demands 1 to 20.
  public static func hugeCapacity(types: Int, capacity: Int64 = 500_000, seed: UInt64) -> PackingProblem {
    var random = SeededGenerator(seed)
    var weights = Set<Int64>()
    while weights.count < types { weights.insert(random.integer(in: capacity / 5...capacity * 2 / 3)) }
    let rows = weights.sorted(by: >).map {
      PackingProblem.Row(demand: Int(random.integer(in: 1...20)), weights: [$0])
    }
    return PackingProblem(
      name: "huge-\(types)-\(capacity)-\(seed)", dimensions: 1, binTypes: [.init(capacity: [capacity])], rows: rows)
  }

  /// Bins of several sizes whose prices grow with size but not in proportion (variable-sized bin packing; Friesen and
  /// Langston 1986, price classes after Correia, Gouveia, Saldanha-da-Gama 2008).
  public static func variableSized(
    items: Int, types: Int, dimensions: Int = 1, capacity: Int64 = 300, seed: UInt64
  ) -> PackingProblem {
    var random = SeededGenerator(seed)
    let binTypes = (1...types).map { type -> PackingProblem.BinType in
      let room = (0..<dimensions).map { _ in
        capacity * Int64(type) / Int64(types) + random.integer(in: 0...capacity / 20)
      }
      let size = room.reduce(0, +) / Int64(dimensions)
      return .init(capacity: room, cost: max(1, size * random.integer(in: 80...120) / 100))
    }
    let rows = (0..<items).map { _ in
      PackingProblem.Row(weights: (0..<dimensions).map { _ in random.integer(in: 1...capacity * 2 / 3) })
    }
    return PackingProblem(
      name: "variable-\(items)-\(types)-\(dimensions)-\(seed)", dimensions: dimensions, binTypes: binTypes, rows: rows)
  }

  /// Vectors of uniform weights, each dimension on its own (class 1 of Caprara and Toth 2001 with 100...400 of 1000).
  public static func vectors(
    items: Int, dimensions: Int, capacity: Int64 = 1000, weights: ClosedRange<Int64> = 100...400, seed: UInt64
  ) -> PackingProblem {
    var random = SeededGenerator(seed)
    let rows = (0..<items).map { _ in
      PackingProblem.Row(weights: (0..<dimensions).map { _ in random.integer(in: weights) })
    }
    return PackingProblem(
      name: "vectors-\(items)-\(dimensions)-\(seed)", dimensions: dimensions,
      binTypes: [.init(capacity: Array(repeating: capacity, count: dimensions))], rows: rows)
  }
}
