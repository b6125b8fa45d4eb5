import BayplanModel

extension PackingGenerators {
  /// Vector packing.
  static let vectors: [InstanceClass<PackingProblem>] = [
    drawn(
      "caprara-toth", "the ten classes in two dimensions; 7 correlates the two, 8 anticorrelates them",
      source:
        "Caprara, Toth 2001, Discrete Applied Mathematics 111(3); parameters as later generators and the published "
        + "files have them.",
      parameters: [items(25), .init("class", "1 to 10; 10 has triplets", 1, in: 1...10)]
    ) { (values, random) throws(InputError) in
      try capraraToth(values["class"], values, &random)
    },
    drawn(
      "panigrahy", "nine classes in any number of dimensions, those of Caprara and Toth and one more",
      source: "Panigrahy, Talwar, Uyeda, Wieder 2011, Heuristics for vector bin packing, Microsoft Research; "
        + "parameters as the authors of Vectorpack have them.",
      parameters: [
        items(100), .init("dimensions", "of an item", 5, in: 1...100), .init("class", "1 to 9", 1, in: 1...9),
      ]
    ) { (values, random) throws(InputError) in
      panigrahy(values["class"], values.count("dimensions"), values.count("items"), &random)
    },
    drawn(
      "vectors", "uniform weights, each dimension on its own",
      source: "Class 1 of Caprara, Toth 2001, in any number of dimensions.",
      parameters: [
        items(40), .init("dimensions", "of an item", 2, in: 1...100), capacity(1000),
        .init("least", "weight", 100, in: weightRange), .init("most", "weight", 400, in: weightRange),
      ]
    ) { (values, random) throws(InputError) in
      try values.check("most", atMost: "capacity")
      let range = try values.range("least", "most")
      let dimensions = values.count("dimensions")
      return .init(
        capacity: Array(repeating: values["capacity"], count: dimensions),
        rows: (0..<values.count("items")).map { _ in
          .init(weights: (0..<dimensions).map { _ in random.integer(in: range) })
        })
    },
  ]

  /// Capacity and uniform weights of the classes in which dimensions are independent.
  private static let independent: [Int64: (capacity: Int64, weights: ClosedRange<Int64>)] = [
    1: (1000, 100...400), 2: (1000, 1...1000), 3: (1000, 200...800), 4: (1000, 50...200), 5: (1000, 25...100),
    6: (150, 20...100),
  ]

  /// Unlike those of the published files, instances of one class are independent of each other.
  private static func capraraToth(
    _ number: Int64, _ values: InstanceValues, _ random: inout SeededGenerator
  ) throws(InputError) -> Draft {
    let count = values.count("items")
    func rows(_ pairs: [(Int64, Int64)]) -> [PackingProblem.Row] { pairs.map { .init(weights: [$0, $1]) } }
    if let (capacity, weights) = independent[number] {
      let pairs = (0..<count).map { _ in (random.integer(in: weights), random.integer(in: weights)) }
      return .init(capacity: [capacity, capacity], rows: rows(pairs))
    }
    switch number {
    case 7, 8:
      let pairs = (0..<count).map { _ in
        let first = random.integer(in: 20...100)
        // Of class 8 the text says 110 - w ... 130 - w; the published files end at 119 - w.
        let second =
          number == 7 ? random.integer(in: first - 10...first + 10) : random.integer(in: 110 - first...119 - first)
        return (first, second)
      }
      return .init(capacity: [150, 150], rows: rows(pairs))
    case 9:
      // Capacities such that the least number of bins would be full in both dimensions. The published files round as
      // here: down, and one more.
      let pairs = (0..<count).map { _ in (random.integer(in: 100...400), random.integer(in: 100...400)) }
      let sums = (pairs.reduce(0) { $0 + $1.0 }, pairs.reduce(0) { $0 + $1.1 })
      let bins = max(sums.0, sums.1) / 1000 + 1
      // With few items the widest may be wider than an equal share.
      let widest = (pairs.map(\.0).max() ?? 1, pairs.map(\.1).max() ?? 1)
      return .init(
        capacity: [max(widest.0, sums.0 / bins + 1), max(widest.1, sums.1 / bins + 1)], rows: rows(pairs))
    default:
      try values.check("items", isMultipleOf: 3)
      var pairs: [(Int64, Int64)] = []
      for _ in 0..<count / 3 {
        let two = (0..<2).map { _ in (random.integer(in: 25...50), random.integer(in: 25...50)) }
        pairs += two + [(100 - two[0].0 - two[1].0, 100 - two[0].1 - two[1].1)]
      }
      return .init(capacity: [100, 100], rows: rows(pairs))
    }
  }

  private static func panigrahy(
    _ number: Int64, _ dimensions: Int, _ count: Int, _ random: inout SeededGenerator
  ) -> Draft {
    var rows: [PackingProblem.Row] = []
    var capacity: Int64 = 150
    while rows.count < count {
      if let (room, weights) = independent[number] {
        capacity = room
        rows.append(.init(weights: (0..<dimensions).map { _ in random.integer(in: weights) }))
      } else if number == 9 {
        // A random item: 2d throws into d dimensions, each worth the same share; what fits no bin is thrown anew.
        capacity = 100
        var hits = Array(repeating: Int64(0), count: dimensions)
        for _ in 0..<2 * dimensions { hits[Int(random.integer(in: 0...Int64(dimensions) - 1))] += 1 }
        let share = random.integer(in: 10...40)
        let weights = hits.map { share * $0 + random.integer(in: 0...1) }
        if weights.allSatisfy({ $0 <= capacity }) { rows.append(.init(weights: weights)) }
      } else {
        // Pairs of dimensions, correlated (7) or anticorrelated (8); an odd one on its own.
        var weights: [Int64] = []
        while weights.count < dimensions {
          let first = random.integer(in: 20...99)
          let second =
            number == 7
            ? random.integer(in: first - 10...first + 10) : random.integer(in: 110 - first...130 - first)
          weights += [first, second]
        }
        rows.append(.init(weights: Array(weights.prefix(dimensions))))
      }
    }
    return .init(capacity: Array(repeating: capacity, count: dimensions), rows: rows)
  }
}
