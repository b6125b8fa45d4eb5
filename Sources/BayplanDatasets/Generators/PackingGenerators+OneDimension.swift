import BayplanModel

extension PackingGenerators {
  /// Bin packing and cutting stock. Weights are independent and uniform between two ends, both included, unless said
  /// otherwise. Wäscher's, Schoenfield's (Hard28) and the AI and ANI instances are selections or constructions that no
  /// published parameters describe: they are in the catalogue only.
  static let oneDimension: [InstanceClass<PackingProblem>] = [
    uniform(
      "falkenauer-uniform", "uniform weights 20..100 into bins of 150 (u120 to u1000)", falkenauer,
      items: 120, capacity: 150, weights: 20...100),
    drawn(
      "falkenauer-triplets", "three items to a bin and no waste: the optimum is a third of the items (t60 to t501)",
      source: falkenauer + " The published files draw the first of three from 350..499.",
      parameters: [
        items(60), capacity(1000, from: 16), .init("least", "of the first weight of three", 350, in: weightRange),
        .init("most", "of the first weight of three", 499, in: weightRange),
      ]
    ) { (values, random) throws(InputError) in
      try values.check("items", isMultipleOf: 3)
      let capacity = values["capacity"]
      // The second is at least a quarter of the bin and not above the third.
      let quarter = (capacity + 3) / 4
      guard values["most"] + 2 * quarter <= capacity else {
        throw InputError(
          .invalidValue, object: "parameter most", "\(values["most"]) leaves no room for two quarters of \(capacity)")
      }
      let first = try values.range("least", "most")
      var weights: [Int64] = []
      for _ in 0..<values.count("items") / 3 {
        let large = random.integer(in: first)
        let second = random.integer(in: quarter...(capacity - large) / 2)
        weights += [large, second, capacity - large - second]
      }
      return .init(capacity: capacity, weights: weights)
    },
    uniform(
      "scholl-1", "uniform weights from 1, 20 or 30 to 100 into bins of 100, 120 or 150", scholl,
      items: 50, capacity: 100, weights: 1...100),
    drawn(
      "scholl-2", "weights around a fraction of the bin of 1,000, so that few items fill it",
      source: scholl
        + " The published files stay within: their mean is rounded down to tens, their lower end 2 higher.",
      parameters: [
        items(50), capacity(1000), .init("divisor", "items that fill a bin on average: 3, 5, 7, 9", 3, in: 1...1000),
        .init("deviation", "of the mean, in percent: 20, 50, 90", 20, in: 0...99),
      ]
    ) { (values, random) throws(InputError) in
      let (capacity, deviation) = (values["capacity"], values["deviation"])
      let divisor = 100 * values["divisor"]
      let least = max(1, capacity * (100 - deviation) / divisor)
      let most = min(capacity, capacity * (100 + deviation) / divisor)
      guard least <= most else {
        throw InputError(
          .invalidValue, object: "parameter divisor",
          "no integer is within \(deviation) % of \(capacity) / \(divisor / 100)")
      }
      return .init(
        capacity: capacity, weights: (0..<values.count("items")).map { _ in random.integer(in: least...most) })
    },
    uniform(
      "scholl-3", "uniform weights 20,000..35,000 into bins of 100,000: hardly two are equal (HARD)", scholl,
      items: 200, capacity: 100_000, weights: 20_000...35_000),
    uniform(
      "schwerin", "uniform weights 150..200 into bins of 1,000; 100 items, or 120 in the second set",
      "Schwerin, Wäscher 1997, International Transactions in Operational Research 4(5-6).",
      items: 100, capacity: 1000, weights: 150...200),
    drawn(
      "delorme", "uniform weights in percent of the bin: from 10 or 20 to 70 or 80",
      source: "Delorme, Iori, Martello 2016, European Journal of Operational Research 255(1).",
      parameters: [
        items(100), capacity(100), .init("least", "in percent of the bin", 10, in: 0...100),
        .init("most", "in percent of the bin", 70, in: 0...100),
      ]
    ) { (values, random) throws(InputError) in
      let percent = try values.range("least", "most")
      let capacity = values["capacity"]
      let range = max(1, capacity * percent.lowerBound / 100)...max(1, capacity * percent.upperBound / 100)
      return .init(capacity: capacity, weights: (0..<values.count("items")).map { _ in random.integer(in: range) })
    },
    // Classes BA and BB are not described where we could read it.
    cuttingStock("gi-aa", "many types, demands 1..20, weights from 2/15 to 2/3 of a bin of 500,000", 2, 15),
    cuttingStock("gi-ab", "many types, demands 1..20, weights from 1/100 to 2/3 of a bin of 500,000", 1, 100),
    cuttingStock("huge-capacity", "many types, demands 1..20, weights from 1/5 to 2/3 of a bin of 500,000", 1, 5),
  ]

  private static let falkenauer = "Falkenauer 1996, Journal of Heuristics 2(1)."
  private static let scholl = "Scholl, Klein, Jürgens 1997, Computers & Operations Research 24(7)."

  private static func uniform(
    _ name: String, _ summary: String, _ source: String, items: Int64, capacity: Int64, weights: ClosedRange<Int64>
  ) -> InstanceClass<PackingProblem> {
    drawn(
      name, summary, source: source,
      parameters: [
        self.items(items), self.capacity(capacity), .init("least", "weight", weights.lowerBound, in: weightRange),
        .init("most", "weight", weights.upperBound, in: weightRange),
      ]
    ) { (values, random) throws(InputError) in
      try values.check("most", atMost: "capacity")
      let range = try values.range("least", "most")
      return .init(
        capacity: values["capacity"], weights: (0..<values.count("items")).map { _ in random.integer(in: range) })
    }
  }

  /// Types of different weights up to 2/3 of the bin, each with a demand.
  private static func cuttingStock(
    _ name: String, _ summary: String, _ numerator: Int64, _ denominator: Int64
  ) -> InstanceClass<PackingProblem> {
    drawn(
      name, summary, source: "Gschwind, Irnich 2016, INFORMS Journal on Computing 28(1), ranges as in BPPLIB's files.",
      parameters: [.init("types", "of different weights", 125, in: 1...10_000), capacity(500_000, from: 100_000)]
    ) { (values, random) throws(InputError) in
      let capacity = values["capacity"]
      let range = (capacity * numerator + denominator - 1) / denominator...capacity * 2 / 3
      var weights = Set<Int64>()
      while weights.count < values.count("types") { weights.insert(random.integer(in: range)) }
      return .init(
        capacity: [capacity],
        rows: weights.sorted(by: >).map { .init(demand: Int(random.integer(in: 1...20)), weights: [$0]) })
    }
  }
}
