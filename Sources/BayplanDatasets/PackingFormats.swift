import BayplanModel

/// The text formats of abstract packing instances. Numbers separated by white space; line ends of any kind.
///
///     BPP    n, capacity, then n weights, one a line
///     CSP    m, capacity, then m lines of weight and demand
///     vbp    dimensions, capacities, m, then m lines of weights and demand
///     mvp    dimensions, number of bin types, per type capacities, cost and quantity (-1 for any number), m, then per
///            item its number of incarnations and demand, and a line of weights for each incarnation
///
/// Source: BPPLIB (Delorme, Iori, Martello 2018); VPSolver (Brandão and Pedroso 2016).
public enum PackingFormat: String, Sendable, CaseIterable {
  case bpp, vbp, mvp

  /// By the extension of a file's name; text without a known one is BPP or CSP.
  public init(fileName: String) {
    self = Self.allCases.first { fileName.lowercased().hasSuffix("." + $0.rawValue) } ?? .bpp
  }

  /// Reads one instance. Complexity: O(length).
  public func read(_ text: String, file: String, name: String) throws(InputError) -> PackingProblem {
    var scanner = NumberScanner(text, file: file)
    let problem: PackingProblem
    switch self {
    case .bpp: problem = try Self.readList(&scanner, name)
    case .vbp, .mvp: problem = try Self.readVectors(&scanner, name, isMultipleChoice: self == .mvp)
    }
    try scanner.finish()
    guard problem.totalDemand <= PackingProblem.countLimit else {
      throw InputError(
        .limit, at: SourceLocation(file: file), "\(problem.totalDemand) copies in all",
        fix: "At most \(PackingProblem.countLimit) can be packed.")
    }
    return problem
  }

  /// Most of anything that is counted, so that sums stay far from the integer range.
  private static let countLimit = Int64(PackingProblem.countLimit)
  private static let weightLimit: Int64 = 1 << 40

  private static func readList(_ scanner: inout NumberScanner, _ name: String) throws(InputError) -> PackingProblem {
    let count = try scanner.next("the number of items", in: 1...countLimit)
    let capacity = try scanner.next("the bin capacity", in: 1...weightLimit)
    // A second number on the line of the first item is its demand.
    let hasDemand = scanner.numbersOnLine == 2
    var rows: [PackingProblem.Row] = []
    for item in 1...count {
      let weight = try scanner.next("the weight of item \(item) of \(count)", in: 0...weightLimit)
      let demand = hasDemand ? try scanner.next("the demand of item \(item) of \(count)", in: 0...countLimit) : 1
      rows.append(.init(demand: Int(demand), weights: [weight]))
    }
    return PackingProblem(name: name, dimensions: 1, binTypes: [.init(capacity: [capacity])], rows: rows)
  }

  private static func readVectors(
    _ scanner: inout NumberScanner, _ name: String, isMultipleChoice: Bool
  ) throws(InputError) -> PackingProblem {
    let dimensions = Int(try scanner.next("the number of dimensions", in: 1...1000))
    let typeCount = isMultipleChoice ? try scanner.next("the number of bin types", in: 1...10_000) : 1
    var types: [PackingProblem.BinType] = []
    for type in 1...typeCount {
      let capacity = try scanner.vector(dimensions, "the capacity of bin type \(type)", limit: weightLimit)
      var result = PackingProblem.BinType(capacity: capacity)
      if isMultipleChoice {
        result.cost = try scanner.next("the cost of bin type \(type)", in: 0...weightLimit)
        let quantity = try scanner.next("the quantity of bin type \(type)", in: -1...countLimit)
        result.copies = quantity < 0 ? nil : Int(quantity)
      }
      types.append(result)
    }
    let count = try scanner.next("the number of items", in: 1...countLimit)
    var problem = PackingProblem(name: name, dimensions: dimensions, binTypes: types, rows: [])
    for item in 1...count {
      var row: PackingProblem.Row
      if isMultipleChoice {
        let choices = try scanner.next("the number of incarnations of item \(item) of \(count)", in: 0...10_000)
        let demand = try scanner.next("the demand of item \(item)", in: 0...countLimit)
        row = .init(demand: Int(demand), incarnations: [])
        for choice in 0..<choices {
          row.incarnations.append(
            try scanner.vector(dimensions, "incarnation \(choice + 1) of item \(item)", limit: weightLimit))
        }
      } else {
        let weights = try scanner.vector(dimensions, "the weights of item \(item) of \(count)", limit: weightLimit)
        row = .init(
          demand: Int(try scanner.next("the demand of item \(item)", in: 0...countLimit)), incarnations: [weights])
      }
      problem.rows.append(row)
    }
    return problem
  }
}

/// Reads integers off a text, knowing the line of each.
struct NumberScanner {
  private let numbers: [(text: Substring, line: Int)]
  private let file: String
  private var position = 0

  init(_ text: String, file: String) {
    self.file = file
    var numbers: [(Substring, Int)] = []
    var line = 1
    for content in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      for word in content.split(whereSeparator: \.isWhitespace) { numbers.append((word, line)) }
      line += 1
    }
    self.numbers = numbers
  }

  /// How many numbers stand on the line of the next one.
  var numbersOnLine: Int {
    guard position < numbers.count else { return 0 }
    return numbers[position...].prefix { $0.line == numbers[position].line }.count
  }

  mutating func next(_ what: String, in range: ClosedRange<Int64>) throws(InputError) -> Int64 {
    guard position < numbers.count else {
      let line = numbers.last?.line
      throw InputError(
        numbers.isEmpty ? .empty : .missing, at: SourceLocation(file: file, line: line),
        numbers.isEmpty ? "there is nothing in it" : "the text ends before \(what)",
        fix: "Maybe the file was cut short, or a count before it is too large.")
    }
    let (text, line) = numbers[position]
    position += 1
    guard let value = Int64(text), range.contains(value) else {
      let reason =
        Int64(text) == nil ? "is not an integer" : "is not within \(range.lowerBound) and \(range.upperBound)"
      throw InputError(
        .invalidValue, at: SourceLocation(file: file, line: line), "\(what) \(reason): '\(text.prefix(40))'")
    }
    return value
  }

  mutating func vector(_ count: Int, _ what: String, limit: Int64) throws(InputError) -> [Int64] {
    var result: [Int64] = []
    for _ in 0..<count { result.append(try next(what, in: 0...limit)) }
    return result
  }

  /// Everything must have been read.
  func finish() throws(InputError) {
    guard position < numbers.count else { return }
    let (text, line) = numbers[position]
    throw InputError(
      .syntax, at: SourceLocation(file: file, line: line),
      "more follows where the instance should end: '\(text.prefix(40))'",
      fix: "Maybe the number of items before it is too small, or the extension (.vbp, .mvp) does not match.")
  }
}
