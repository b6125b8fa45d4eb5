import BayplanModel
import Foundation
import Testing

@testable import BayplanDatasets

/// Instances of the published classes: the same bytes for a seed, and the parameters that were published.
@Suite struct GeneratorTests {
  private let generators = PackingGenerators.standard

  private func make(_ name: String, _ values: [String: Int64] = [:], seed: UInt64 = 1) throws -> PackingProblem {
    try generators.named(name).make(values, seed: seed)
  }

  /// The weights of one dimension, over so many seeds.
  private func weights(
    _ name: String, _ values: [String: Int64] = [:], seeds: ClosedRange<UInt64> = 1...20, dimension: Int = 0
  ) throws -> [Int64] {
    try seeds.flatMap { try make(name, values, seed: $0).rows.map { $0.incarnations[0][dimension] } }
  }

  private func mean(_ values: [Int64]) -> Double { Double(values.reduce(0, +)) / Double(values.count) }

  private func correlation(_ first: [Int64], _ second: [Int64]) -> Double {
    let means = (mean(first), mean(second))
    func sum(_ term: (Double, Double) -> Double) -> Double {
      zip(first, second).reduce(0) { $0 + term(Double($1.0) - means.0, Double($1.1) - means.1) }
    }
    return sum { $0 * $1 } / (sum { a, _ in a * a } * sum { _, b in b * b }).squareRoot()
  }

  // MARK: Every class

  /// FNV-1a of the `.mvp` text of seeds 1 and 2, with the standard parameters.
  private static let digests: [String: UInt64] = [
    "caprara-toth": 0x4D19_3DC4_30FC_273D,
    "cloud": 0xC800_67A9_A5E4_AE84,
    "delorme": 0x4AC9_857A_355F_0919,
    "falkenauer-triplets": 0x69D9_0025_8462_9724,
    "falkenauer-uniform": 0x2171_DBBD_C37D_8D09,
    "gi-aa": 0xBDC5_98A0_816C_9211,
    "gi-ab": 0xB950_A3B0_DB56_1763,
    "huge-capacity": 0xA969_C507_5A19_494F,
    "panigrahy": 0x50F5_B2A3_784A_5D76,
    "scholl-1": 0x2969_CF6B_8EC7_6245,
    "scholl-2": 0x6F44_D757_AD89_FA4D,
    "scholl-3": 0x2731_C3EE_5733_E24B,
    "schwerin": 0x5CD3_AC69_FF3B_63B5,
    "variable-sized": 0x3A81_BA6B_F594_536F,
    "vectors": 0x07B5_8512_8A51_07CB,
  ]

  @Test func sameSeedSameBytes() throws {
    #expect(Set(generators.all.map(\.name)) == Set(Self.digests.keys))
    for made in generators.all {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for seed in [1, 2] as [UInt64] {
        for byte in PackingFormat.mvp(try made.make(seed: seed)).utf8 {
          hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
      }
      #expect(hash == Self.digests[made.name], "\"\(made.name)\": 0x\(String(hash, radix: 16, uppercase: true)),")
    }
  }

  @Test(arguments: PackingGenerators.standard.all.map(\.name))
  func everyClassIsSound(_ name: String) throws {
    let made = try generators.named(name)
    #expect(Set(made.parameters.map(\.name)).count == made.parameters.count)
    #expect(made.parameters.allSatisfy { $0.range.contains($0.standard) })
    for seed in 1...20 as ClosedRange<UInt64> {
      let problem = try made.make(seed: seed)
      #expect(problem.rowsThatFitNowhere.isEmpty)
      #expect(problem.binTypes.allSatisfy { $0.capacity.count == problem.dimensions })
      #expect(
        problem.rows.allSatisfy { $0.demand > 0 && $0.incarnations.allSatisfy { $0.count == problem.dimensions } })
      #expect(problem.name.hasPrefix(name + "-") && problem.name.hasSuffix("-\(seed)"))
      let other = try made.make(seed: seed + 1)
      #expect(other.rows != problem.rows)
      var copy = try PackingFormat.mvp.read(PackingFormat.mvp.text(problem), file: "x", name: problem.name)
      #expect(copy == problem)
      guard problem.binTypes.count == 1 else { continue }
      let format: PackingFormat = problem.dimensions == 1 ? .bpp : .vbp
      copy = try format.read(format.text(problem), file: "x", name: problem.name)
      #expect(copy == problem)
    }
    for parameter in made.parameters {
      let error = #expect(throws: InputError.self) {
        try made.make([parameter.name: parameter.range.upperBound + 1], seed: 1)
      }
      #expect(error?.description.hasPrefix("parameter \(parameter.name): ") == true)
    }
    let error = #expect(throws: InputError.self) { try made.make(["colour": 1, "shade": 2], seed: 1) }
    #expect(error?.problems.count == 2)
    #expect(error?.description.contains("There are: ") == true)
  }

  @Test(arguments: [
    ("falkenauer-triplets", ["items": 61], "parameter items: it is 61, no multiple of 3\n  Maybe 63."),
    ("falkenauer-triplets", ["most": 501], "parameter most: 501 leaves no room for two quarters of 1000"),
    ("falkenauer-triplets", ["least": 450, "most": 400], "parameter most: it is 400, less than least, which is 450"),
    ("falkenauer-uniform", ["least": 101], "parameter most: it is 100, less than least, which is 101"),
    ("scholl-1", ["capacity": 90], "parameter capacity: it is 90, less than most, which is 100"),
    ("scholl-2", ["divisor": 1000, "deviation": 0, "capacity": 7], "parameter divisor: no integer is within"),
    ("caprara-toth", ["class": 10, "items": 25], "parameter items: it is 25, no multiple of 3"),
    ("caprara-toth", ["class": 11], "parameter class: 11 is not within 1 and 10"),
  ])
  func refuses(name: String, values: [String: Int64], message: String) throws {
    let error = #expect(throws: InputError.self) { try make(name, values) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "nothing")")
  }

  @Test func namesTheClassesThereAre() {
    let error = #expect(throws: InputError.self) { try make("no-such-class") }
    #expect(error?.description.contains("falkenauer-triplets") == true)
  }

  @Test func refusesAFormatThatCannotHoldIt() throws {
    let problem = try make("variable-sized")
    #expect(throws: InputError.self) { try PackingFormat.bpp.text(problem) }
    #expect(throws: InputError.self) { try PackingFormat.vbp.text(problem) }
    #expect(throws: InputError.self) { try PackingFormat.bpp.text(make("vectors")) }
  }

  // MARK: Published parameters

  /// Uniform weights: both ends are met, nothing is outside, and the mean is the middle within five standard errors.
  @Test(
    arguments: [
      ("falkenauer-uniform", ["items": 1000], 150, 20...100), ("scholl-1", ["items": 500], 100, 1...100),
      ("scholl-1", ["items": 500, "capacity": 150, "least": 30], 150, 30...100),
      ("scholl-2", ["items": 500], 1000, 266...400),
      ("scholl-2", ["items": 500, "divisor": 9, "deviation": 90], 1000, 11...211),
      ("schwerin", ["items": 120], 1000, 150...200), ("delorme", ["items": 1000, "capacity": 75], 75, 7...52),
    ] as [(String, [String: Int64], Int64, ClosedRange<Int64>)])
  func uniformClasses(name: String, values: [String: Int64], capacity: Int64, range: ClosedRange<Int64>) throws {
    #expect(try make(name, values).binTypes == [.init(capacity: [capacity])])
    #expect(try make(name, values).rows.count == Int(try #require(values["items"])))
    let found = try weights(name, values)
    #expect(found.min() == range.lowerBound && found.max() == range.upperBound)
    let width = Double(range.upperBound - range.lowerBound + 1)
    let middle = Double(range.lowerBound + range.upperBound) / 2
    let standardError = ((width * width - 1) / 12 / Double(found.count)).squareRoot()
    #expect(abs(mean(found) - middle) < 5 * standardError)
  }

  @Test func hardWeightsAreHardlyEverEqual() throws {
    for seed in 1...10 as ClosedRange<UInt64> {
      let found = try weights("scholl-3", seeds: seed...seed)
      #expect(found.count == 200 && found.allSatisfy { (20_000...35_000).contains($0) })
      #expect(Set(found).count > 190)
    }
  }

  /// The optimum is a third of the items: a bin for each triplet wastes nothing.
  @Test(arguments: [60, 120, 249, 501] as [Int64])
  func triplets(items: Int64) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let found = try weights("falkenauer-triplets", ["items": items], seeds: seed...seed)
      #expect(found.count == Int(items) && found.reduce(0, +) == items / 3 * 1000)
      #expect(found.allSatisfy { (250...499).contains($0) })
    }
    let found = try weights("falkenauer-triplets", ["items": items, "least": 380, "most": 490])
    #expect(found.max() == 490 && found.min() == 250)
  }

  @Test(arguments: [("gi-aa", 66_667), ("gi-ab", 5_000)] as [(String, Int64)])
  func cuttingStock(name: String, least: Int64) throws {
    for types in [125, 250, 500] as [Int64] {
      let problem = try make(name, ["types": types])
      let found = problem.rows.map { $0.incarnations[0][0] }
      #expect(found.count == Int(types) && Set(found).count == found.count && found == found.sorted(by: >))
      #expect(found.allSatisfy { (least...333_333).contains($0) })
      #expect(found.min()! < least + 10_000 && found.max()! > 320_000)
      #expect(problem.rows.allSatisfy { (1...20).contains($0.demand) })
    }
  }

  @Test(
    arguments: [
      (1, 1000, 100...400), (2, 1000, 1...1000), (3, 1000, 200...800), (4, 1000, 50...200), (5, 1000, 25...100),
      (6, 150, 20...100),
    ] as [(Int64, Int64, ClosedRange<Int64>)])
  func independentVectorClasses(number: Int64, capacity: Int64, range: ClosedRange<Int64>) throws {
    let values: [String: Int64] = ["class": number, "items": 200]
    #expect(try make("caprara-toth", values).binTypes == [.init(capacity: [capacity, capacity])])
    let (first, second) = (try weights("caprara-toth", values), try weights("caprara-toth", values, dimension: 1))
    #expect((first + second).allSatisfy(range.contains))
    #expect(abs(correlation(first, second)) < 0.08)
    let more = try weights("panigrahy", values.merging(["dimensions": 3]) { $1 }, dimension: 2)
    #expect(more.allSatisfy(range.contains))
    #expect(abs(mean(more) - Double(range.lowerBound + range.upperBound) / 2) < 0.03 * Double(range.upperBound))
  }

  @Test func correlatedVectorClasses() throws {
    func pair(_ name: String, _ number: Int64, _ dimensions: (Int, Int) = (0, 1)) throws -> ([Int64], [Int64]) {
      let values: [String: Int64] = ["class": number, "items": 100]
      return (
        try weights(name, values, dimension: dimensions.0), try weights(name, values, dimension: dimensions.1)
      )
    }
    let alike = try pair("caprara-toth", 7)
    #expect(zip(alike.0, alike.1).allSatisfy { abs($0 - $1) <= 10 })
    #expect(correlation(alike.0, alike.1) > 0.9)
    let opposed = try pair("caprara-toth", 8)
    #expect(Set(zip(opposed.0, opposed.1).map { $0 + $1 }) == Set(110...119))
    #expect(correlation(opposed.0, opposed.1) < -0.9)
    let wider = try pair("panigrahy", 8, (2, 3))
    #expect(Set(zip(wider.0, wider.1).map { $0 + $1 }) == Set(110...130))
    // Neighbours of different pairs have nothing to do with each other.
    let strangers = try pair("panigrahy", 8, (1, 2))
    #expect(abs(correlation(strangers.0, strangers.1)) < 0.1)
  }

  @Test func scaledAndTripletVectorClasses() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      for items in [25, 50, 100, 200] as [Int64] {
        let problem = try make("caprara-toth", ["class": 9, "items": items], seed: seed)
        let sums = (0..<2).map { dimension in problem.rows.reduce(0) { $0 + $1.incarnations[0][dimension] } }
        let bins = sums.max()! / 1000 + 1
        #expect(problem.binTypes[0].capacity == sums.map { $0 / bins + 1 })
      }
      let triplets = try make("caprara-toth", ["class": 10, "items": 51], seed: seed)
      for dimension in 0..<2 {
        let found = triplets.rows.map { $0.incarnations[0][dimension] }
        #expect(found.reduce(0, +) == 17 * 100 && found.allSatisfy { (0...50).contains($0) })
      }
      let thrown = try make("panigrahy", ["class": 9, "dimensions": 5], seed: seed)
      #expect(thrown.binTypes[0].capacity == Array(repeating: 100, count: 5))
      // 2d throws of a share of 10...40, and up to 1 more in each dimension.
      #expect(thrown.rows.allSatisfy { (100...405).contains($0.incarnations[0].reduce(0, +)) })
    }
  }

  @Test func cloudsHaveFamiliesAndHeavyTails() throws {
    let problem = try make("cloud", ["workloads": 2000])
    #expect(problem.binTypes.count == 9)
    let ratios = problem.binTypes.map { Double($0.capacity[1]) / Double($0.capacity[0]) * 1000 / 1024 }
    for (index, ratio) in ratios.enumerated() { #expect(abs(ratio - [2, 4, 8][index / 3]) < 0.7) }
    let replicas = problem.rows.map(\.demand)
    #expect(replicas.max()! >= 100 && replicas.min()! == 1)
    // P(replicas >= r) = 1 / r, within five standard errors.
    for threshold in [2, 5, 20] {
      let share = Double(replicas.count { $0 >= threshold }) / 2000
      let expected = 1 / Double(threshold)
      #expect(abs(share - expected) < 5 * (expected * (1 - expected) / 2000).squareRoot())
    }
  }

  #if CommandLine
    /// What is drawn lies where the published files lie.
    @Test(
      .enabled(if: Shared.folder != nil, "needs BAYPLAN_SHARED"),
      arguments: [
        ("falkenauer_u", "Falkenauer_u1000_00", "falkenauer-uniform", ["items": 1000]),
        ("falkenauer_t", "Falkenauer_t501_00", "falkenauer-triplets", ["items": 501]),
        ("scholl_1", "N4C3W4_A", "scholl-1", ["items": 500, "capacity": 150, "least": 30]),
        ("scholl_2", "N4W1B1R0", "scholl-2", ["items": 500]),
        ("scholl_2", "N4W3B3R0", "scholl-2", ["items": 500, "divisor": 7, "deviation": 90]),
        ("scholl_3", "HARD0", "scholl-3", [:]), ("schwerin_1", "Schwerin1_BPP1", "schwerin", [:]),
        ("schwerin_2", "Schwerin2_BPP1", "schwerin", ["items": 120]),
        (
          "randomly_generated", "BPP_1000_1000_0.2_0.8_0", "delorme",
          ["items": 1000, "capacity": 1000, "least": 20, "most": 80]
        ),
        ("caprara_toth", "CL_3_200_1", "caprara-toth", ["class": 3, "items": 200]),
        ("caprara_toth", "CL_7_200_1", "caprara-toth", ["class": 7, "items": 200]),
        ("caprara_toth", "CL_8_200_1", "caprara-toth", ["class": 8, "items": 200]),
      ] as [(String, String, String, [String: Int64])])
    func drawsWhatWasPublished(set name: String, instance: String, made: String, values: [String: Int64]) throws {
      let home = try TemporaryStore()
      let set = try Catalogue.standard.set(named: name)
      try home.store.fetch(set, from: .mirror(try #require(Shared.folder) + "/datasets"))
      let suffix = set.collection.format == "vbp" ? "vbp" : "txt"
      let path = "\(home.store.path(of: set))/\(instance).\(suffix)"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let published = try PackingFormat(fileName: path).read(text, file: path, name: instance)
      let drawn = try make(made, values)
      #expect(published.binTypes == drawn.binTypes)
      #expect(published.totalDemand == drawn.totalDemand)
      for dimension in 0..<published.dimensions {
        let there = published.rows.flatMap { Array(repeating: $0.incarnations[0][dimension], count: $0.demand) }
        let here = try weights(made, values, dimension: dimension)
        #expect(there.min()! >= here.min()! && there.max()! <= here.max()!, "dimension \(dimension)")
        // Of a range as wide as theirs the middle differs by less than a tenth.
        #expect(abs(mean(there) - mean(here)) < 0.1 * Double(here.max()! - here.min()!))
      }
    }
  #endif
}
