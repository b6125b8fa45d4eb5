import Testing

@testable import BayplanBench

/// Expected numbers are from SciPy 1.17.1 and statsmodels 0.15.0 unless counted here.
@Suite struct PValueTests {
  // MARK: Wilcoxon

  /// Darwin's heights of maize, crossed less self-fertilized, in eighths of an inch: the textbook case without ties
  /// that matter.
  @Test func wilcoxonOfDarwinsMaize() {
    let test = WilcoxonTest([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    #expect(test.positive == 13 && test.negative == 2 && test.zeros == 0)
    #expect(test.statistic == 96)
    #expect(test.pValue == 0.041259765625)
  }

  @Test(arguments: [
    (30, 285, 0.28936620615422726), (50, 775, 0.18768390417341507), (150, 6825, 0.028957095751791728),
  ])
  func wilcoxonWithoutTies(count: Int, statistic: Double, pValue: Double) {
    let test = WilcoxonTest((1...count).map { Double($0 * 7 % 10 < 6 ? $0 : -$0) })
    #expect(test.statistic == statistic)
    #expect(isClose(test.pValue, pValue))
  }

  /// SciPy by all permutations.
  @Test func wilcoxonWithTiesAndZeros() {
    let test = WilcoxonTest([3, -1, 2, 2, 0, -2, 5, 5, 5, -3, 0, 1, 4])
    #expect(test.positive == 8 && test.negative == 3 && test.zeros == 2)
    #expect(test.statistic == 54)
    #expect(test.pValue == 0.0693359375)
  }

  /// SciPy has no exact p-value for ties of this number: sums counted in rational arithmetic, ranks by SciPy.
  @Test(arguments: [
    (5, 45, -4...7, 30, 12, 3, 692, 0.0020131424025748856),
    (7, 120, -9...9, 57, 58, 5, 3267.5, 0.8514171199461807),
    (8, 150, -40...50, 84, 66, 0, 6963, 0.014398754400227351),
    (9, 190, -3...4, 90, 74, 26, 8165.5, 0.02013412188255354),
  ])
  func wilcoxonWithManyTies(
    seed: Int, count: Int, range: ClosedRange<Int>, positive: Int, negative: Int, zeros: Int, statistic: Double,
    pValue: Double
  ) {
    let test = WilcoxonTest(wholeNumbers(seed: seed, count: count, in: range))
    #expect(test.positive == positive && test.negative == negative && test.zeros == zeros)
    #expect(test.statistic == statistic)
    #expect(isClose(test.pValue, pValue))
  }

  @Test(arguments: [
    (1, 300, -9...10, 139, 144, 17, 22051.5, 0.15475298120081693),
    (2, 400, -50...40, 175, 222, 3, 30911.5, 0.000173485402259858),
    (3, 800, -3...5, 435, 280, 85, 179532, 5.951196793244976e-21),
    (4, 1000, -1000...1050, 483, 517, 0, 256396, 0.5011371300735992),
  ])
  func wilcoxonByApproximation(
    seed: Int, count: Int, range: ClosedRange<Int>, positive: Int, negative: Int, zeros: Int, statistic: Double,
    pValue: Double
  ) {
    let test = WilcoxonTest(wholeNumbers(seed: seed, count: count, in: range))
    #expect(test.positive == positive && test.negative == negative && test.zeros == zeros)
    #expect(test.statistic == statistic)
    #expect(isClose(test.pValue, pValue))
  }

  /// By definition: of all 2ⁿ ways to give signs to the ranks, those that lie as far from the middle.
  @Test(arguments: 1...40)
  func wilcoxonByEnumeration(seed: Int) {
    let differences = wholeNumbers(seed: seed, count: 2 + seed % 9, in: seed % 2 == 0 ? -3...3 : -99...120)
    let sizes = differences.filter { $0 != 0 }.map { abs($0) }
    let ranks = sizes.map { size in
      sizes.count { $0 < size } * 2 + sizes.count { $0 == size } + 1
    }
    let positiveSum = zip(ranks, differences.filter { $0 != 0 }).reduce(0) { $0 + ($1.1 > 0 ? $1.0 : 0) }
    let total = ranks.reduce(0, +)
    let extreme = (0..<1 << ranks.count).count { signs in
      let sum = ranks.indices.reduce(0) { $0 + (signs >> $1 & 1) * ranks[$1] }
      return abs(2 * sum - total) >= abs(2 * positiveSum - total)
    }
    let test = WilcoxonTest(differences)
    #expect(test.statistic == Double(positiveSum) / 2)
    #expect(test.pValue == Double(extreme) / Double(1 << ranks.count))
  }

  @Test func wilcoxonWithoutDifferences() {
    for differences in [[], [0], [0, 0, 0]] as [[Double]] {
      let test = WilcoxonTest(differences)
      #expect(test.pValue == 1 && test.statistic == 0 && test.zeros == differences.count)
      #expect(test.rankBiserialCorrelation == 0)
    }
  }

  /// On both sides of the limit of exactness.
  @Test(arguments: [1, 7, 50, 200, 201, 500])
  func wilcoxonMirrorsAndScales(count: Int) {
    let differences = wholeNumbers(seed: count, count: count, in: -20...25)
    let test = WilcoxonTest(differences)
    let mirrored = WilcoxonTest(differences.map { -$0 })
    #expect(mirrored.pValue == test.pValue)
    #expect(mirrored.positive == test.negative && mirrored.negative == test.positive && mirrored.zeros == test.zeros)
    #expect(isClose(mirrored.rankBiserialCorrelation, -test.rankBiserialCorrelation, absolute: 1e-12))
    #expect(WilcoxonTest(differences.map { $0 * 1024 }) == test)
    #expect(WilcoxonTest(differences.reversed()) == test)
  }

  /// With equal sizes only the signs are left: exactly to the limit, closely above it.
  @Test(arguments: [(9, 2), (100, 70), (101, 100)])
  func wilcoxonOfEqualSizesIsTheSignTest(positive: Int, negative: Int) {
    let test = WilcoxonTest(Array(repeating: 3, count: positive) + Array(repeating: -3, count: negative))
    let sign = SignTest.pValue(positive: positive, negative: negative)
    #expect(isClose(test.pValue, sign, relative: positive + negative > 200 ? 1e-3 : 1e-12))
  }

  /// Where the approximation takes over it agrees with what it replaces: one difference more changes little.
  @Test func wilcoxonApproximationMeetsTheExactValue() {
    let differences = (1...200).map { Double($0 * 7 % 10 < 6 ? $0 : -$0) }
    let exact = WilcoxonTest(differences).pValue
    // The smallest rank moves each other rank up by one and joins the signs that are rarer.
    let approximate = WilcoxonTest(differences + [-0.5]).pValue
    #expect(abs(exact - approximate) < 0.0005)
    #expect(exact != approximate)
  }

  @Test func rankBiserialCorrelation() {
    #expect(WilcoxonTest([1, 2, 3]).rankBiserialCorrelation == 1)
    #expect(WilcoxonTest([-1, -2, -3]).rankBiserialCorrelation == -1)
    let test = WilcoxonTest(wholeNumbers(seed: 5, count: 45, in: -4...7))
    #expect(isClose(test.rankBiserialCorrelation, 0.5326688815060907))
  }

  @Test func wilcoxonOfManyDifferences() {
    let test = WilcoxonTest(wholeNumbers(seed: 11, count: 100_000, in: -5000...5100))
    #expect(test.positive + test.negative + test.zeros == 100_000)
    #expect(test.pValue < 1e-6)
  }

  // MARK: Signs

  @Test(arguments: [
    (0, 0, 1), (1, 0, 1), (5, 5, 1), (0, 6, 0.03125), (9, 2, 0.0654296875), (60, 40, 0.05688793364098089),
    (2600, 2400, 0.004883649737517494), (50400, 49600, 0.01151492549022902), (700, 300, 1.7665678007949568e-37),
  ])
  func sign(positive: Int, negative: Int, pValue: Double) {
    #expect(isClose(SignTest.pValue(positive: positive, negative: negative), pValue, relative: 1e-10))
    #expect(isClose(SignTest.pValue(positive: negative, negative: positive), pValue, relative: 1e-10))
  }

  @Test(arguments: 0...10)
  func signByEnumeration(count: Int) {
    for positive in 0...count {
      let extreme = (0..<1 << count).count { abs(2 * $0.nonzeroBitCount - count) >= abs(2 * positive - count) }
      let pValue = SignTest.pValue(positive: positive, negative: count - positive)
      #expect(isClose(pValue, Double(extreme) / Double(1 << count), relative: 1e-14))
    }
  }

  // MARK: Several tests

  @Test(arguments: [
    ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
    ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
    ([0.9, 0.6, 0.5], [1, 1, 1]), ([0.001, 0.001, 0.2, 1], [0.004, 0.004, 0.4, 1]), ([0.02], [0.02]), ([], []),
  ])
  func holm(pValues: [Double], adjusted: [Double]) {
    let ours = Holm.adjusted(pValues)
    #expect(ours.count == adjusted.count)
    #expect(zip(ours, adjusted).allSatisfy { isClose($0, $1) })
    #expect(Holm.adjusted(pValues.reversed()) == ours.reversed())
  }

  // MARK: Distributions

  @Test(arguments: [
    (-10, 7.61985302416047e-24), (-5, 2.866515718791933e-07), (-1.96, 0.024997895148220435),
    (-0.5, 0.3085375387259869), (0, 0.5), (1.3, 0.9031995154143897), (4, 0.9999683287581669),
  ])
  func normal(value: Double, probability: Double) {
    #expect(isClose(StandardNormal.cumulative(value), probability))
  }

  /// Quantiles at 0.9, 0.975 and 0.995, and the probability between -1.5 and 1.5.
  @Test(arguments: [
    (1, [3.0776835371752544, 12.706204736174694, 63.656741162871526], 0.6256659163780023),
    (2, [1.8856180831641272, 4.302652729749462, 9.924843200918287], 0.7276068751089988),
    (3, [1.637744353696209, 3.1824463052837078, 5.840909309733355], 0.7694161347551771),
    (4, [1.533206274058944, 2.7764451051977934, 4.604094871349992], 0.792),
    (5, [1.4758840488244815, 2.5705818356363146, 4.032142983555228], 0.8060963197575268),
    (10, [1.372183641110336, 2.228138851986274, 3.16927267261695], 0.8354926735545598),
    (29, [1.311433647301551, 2.045229642132703, 2.756385903670605], 0.8555763039596143),
    (100, [1.290074761346516, 1.9839715185235518, 2.6258905214380173], 0.8632349418753111),
    (1000, [1.2823987214609247, 1.9623390808264083, 2.580754698065951], 0.8660699611779137),
    (9999, [1.281636238198314, 1.960201263621357, 2.5763210958565974], 0.866354025019199),
  ])
  func student(freedom: Int, quantiles: [Double], central: Double) {
    let distribution = StudentT(degreesOfFreedom: freedom)
    for (level, quantile) in zip([0.8, 0.95, 0.99], quantiles) {
      #expect(isClose(distribution.centralQuantile(level), quantile, relative: 1e-10))
    }
    #expect(isClose(distribution.central(1.5), central))
    #expect(distribution.central(0) == 0)
  }
}
