#if GLPK
  import BayplanLP
  import BayplanModel
  import Testing

  @testable import BayplanPacking

  /// Pricing against enumeration: no pattern may be worth more than it says, and what it finds has to be one.
  @Suite struct PatternPricingTests {
    private struct Draw {
      var random: SplitMix64
      mutating func callAsFunction(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.count))
      }
    }

    /// Rows of which many weigh nothing or little in some dimension, which relaxations of it see as plenty.
    private func problem(_ draw: inout Draw) -> PackingProblem {
      let dimensions = draw(1...3)
      let scale: Int64 = draw(0...2) == 0 ? 10_000 : 1
      let types = (0..<draw(1...3)).map { _ in
        PackingProblem.BinType(capacity: (0..<dimensions).map { _ in Int64(draw(6...14)) * scale })
      }
      let rows = (0..<draw(2...6)).map { _ in
        PackingProblem.Row(
          demand: draw(1...3),
          weights: (0..<dimensions).map { _ in draw(0...2) == 0 ? 0 : Int64(draw(1...8)) * scale + Int64(draw(0...3)) })
      }
      return PackingProblem(name: "", dimensions: dimensions, binTypes: types, rows: rows)
    }

    @Test(arguments: [1, 3])
    func worthsHoldOnAnyNumberOfThreads(threads: Int) throws {
      var draw = Draw(random: SplitMix64(seed: 17))
      var positive = 0
      for round in 0..<400 {
        let instance = CompiledPacking(problem(&draw)).instance
        if instance.itemTypes.isEmpty { continue }
        let parts = PackingParts(instance, criterion: 1)
        var pricing = PatternPricing(threads: threads)
        // Several questions one after the other: nothing of one may stay for the next.
        for _ in 0..<3 {
          let question = question(parts, &draw)
          let answer = try pricing.price(question, parts)
          for bin in 0..<parts.binCount {
            let best = best(question, parts, bin)
            if best > 0 { positive += 1 }
            #expect(answer.worths[bin] >= best || best <= question.floors[bin], "round \(round): \(question)")
            #expect(answer.worths[bin] >= min(best, question.floors[bin]), "round \(round): \(question)")
          }
          for (bin, worth, pattern) in answer.patterns {
            #expect(worth > question.floors[bin])
            for dimension in 0..<parts.dimensions {
              let load = pattern.items.reduce(Int64(0)) { $0 + parts.weight(Int($1.item), dimension) * Int64($1.count) }
              #expect(load <= parts.capacity(bin, dimension))
            }
            #expect(worth <= best(question, parts, bin))
          }
        }
      }
      #expect(positive > 500)
    }

    /// Gains such that what fits a bin stays below 2³⁰, as the engine scales them.
    private func question(_ parts: PackingParts, _ draw: inout Draw) -> PatternPricing.Question {
      var gains = (0..<parts.rowCount).map { _ in Int64(draw(1...1000)) }
      var question = PatternPricing.Question(
        gains: gains, demand: parts.demands, conflicts: parts.conflicts, slack: nil,
        floors: Array(repeating: 0, count: parts.binCount))
      let most = (0..<parts.binCount).map { best(question, parts, $0) }.max() ?? 1
      let factor = (1 << 29) / max(1, most)
      gains = gains.map { $0 * factor }
      question.gains = gains
      question.floors = (0..<parts.binCount).map { _ in Int64(draw(0...1)) * Int64(draw(0...(1 << 28))) }
      if draw(0...2) == 0 && parts.rowCount > 1 {
        let (one, other) = (draw(0...parts.rowCount - 1), draw(0...parts.rowCount - 1))
        question.conflicts[one].append(other)
        if one != other { question.conflicts[other].append(one) }
      }
      question.wanted = draw(1...5)
      return question
    }

    /// The most valuable pattern, by enumeration.
    private func best(_ question: PatternPricing.Question, _ parts: PackingParts, _ bin: Int) -> Int64 {
      var room = (0..<parts.dimensions).map { parts.capacity(bin, $0) }
      var taken = Array(repeating: 0, count: parts.rowCount)
      func explore(_ part: Int) -> Int64 {
        if part == parts.partCount { return 0 }
        var most = explore(part + 1)
        let row = parts.rowOfPart[part]
        var copies = 0
        while copies < question.demand[row], parts.doesFit(part, bin),
          (0..<parts.dimensions).allSatisfy({ room[$0] >= parts.weight(part, $0) }),
          !question.conflicts[row].contains(where: { taken[$0] > 0 })
        {
          copies += 1
          taken[row] += 1
          for dimension in room.indices { room[dimension] -= parts.weight(part, dimension) }
          most = max(most, question.gains[row] * Int64(copies) + explore(part + 1))
        }
        taken[row] -= copies
        for dimension in room.indices { room[dimension] += parts.weight(part, dimension) * Int64(copies) }
        return most
      }
      return explore(0)
    }
  }
#endif
