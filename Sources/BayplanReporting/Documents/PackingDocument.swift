import BayplanModel

/// Packing problems and their answers as documents: `bayplan/packing-problem/v1`, `bayplan/pack/v1`, and a list of
/// answers. An answer embeds its problem, so that `bayplan verify` needs nothing else.
public enum PackingDocument {
  public static let schema = "bayplan/pack/v1"
  public static let listSchema = "bayplan/pack-list/v1"
  public static let problemSchema = "bayplan/packing-problem/v1"

  public static func value(_ result: PackingResult, problem: PackingProblem) -> DataValue {
    .object([
      .init("schema", .string(schema)),
      .init("instance", .string(problem.name)),
      .init("status", .string(result.status.rawValue)),
      .init("termination", .string(result.termination.rawValue)),
      .init("reproducible", .bool(result.isReproducible)),
      .init("objective", .optional(result.objective)),
      .init("lowerBound", .optional(result.lowerBound)),
      .init("gap", .optional(result.gap)),
      .init("strategy", .string(result.strategy)),
      .init("engine", .string(result.engine)),
      .init("solveSeconds", .number(result.solveSeconds)),
      .init("work", .integer(Int64(result.work))),
      .init("bins", .array(result.bins.map { bin($0, problem) })),
      .init("notices", .array(result.notices.map(PlanDocument.notice))),
      .init("certificate", result.certificate.map(certificate) ?? .null),
      .init("problem", body(problem)),
    ])
  }

  public static func list(_ results: [DataValue]) -> DataValue {
    .object([.init("schema", .string(listSchema)), .init("results", .array(results))])
  }

  private static func bin(_ bin: PackedBin, _ problem: PackingProblem) -> DataValue {
    .object([
      .init("type", .integer(Int64(bin.type))), .init("copies", .integer(Int64(bin.copies))),
      .init(
        "items",
        .array(
          bin.items.map { entry in
            // The incarnation is only said where there is a choice.
            let hasChoice = problem.rows[entry.row].incarnations.count > 1
            return .integers([entry.row, entry.count] + (hasChoice ? [entry.incarnation] : []))
          })),
    ])
  }

  private static func certificate(_ certificate: PackingCertificate) -> DataValue {
    var members: [DataValue.Member] = [
      .init("bound", .integer(certificate.bound)), .init("denominator", .integer(certificate.denominator)),
      .init("duals", .integers(certificate.duals)), .init("limitsWaste", .bool(certificate.limitsWaste)),
    ]
    if let leaves = certificate.leaves {
      let values = leaves.map { leaf in
        var members: [DataValue.Member] = [
          .init("decisions", .array(leaf.decisions.map(decision))),
          .init("denominator", .integer(leaf.denominator)), .init("duals", .integers(leaf.duals)),
          .init("limitsWaste", .bool(leaf.limitsWaste)),
        ]
        if !leaf.cuts.isEmpty {
          let cuts = leaf.cuts.map { cut in
            DataValue.object([
              .init("groups", .integers(cut.groups.map(Int64.init))), .init("price", .integer(cut.price)),
            ])
          }
          members.append(.init("cuts", .array(cuts)))
        }
        return DataValue.object(members)
      }
      members.append(.init("leaves", .array(values)))
    }
    if let unchecked = certificate.unchecked { members.append(.init("unchecked", .string(unchecked))) }
    return .object(members)
  }

  private static func decision(_ decision: PackingCertificate.Leaf.Decision) -> DataValue {
    switch decision {
    case .apart(let one, let other): .object([.init("apart", .integers([Int64(one), Int64(other)]))])
    case .together(let one, let other, let group):
      .object([.init("together", .integers([Int64(one), Int64(other)])), .init("into", .integer(Int64(group)))])
    case .atMost(let count, let type):
      .object([.init("binType", .integer(Int64(type))), .init("atMost", .integer(Int64(count)))])
    case .atLeast(let count, let type):
      .object([.init("binType", .integer(Int64(type))), .init("atLeast", .integer(Int64(count)))])
    }
  }

  /// A problem as a document of its own.
  public static func value(_ problem: PackingProblem) -> DataValue {
    guard case .object(let members) = body(problem) else { return .null }
    return .object([.init("schema", .string(problemSchema))] + members)
  }

  private static func body(_ problem: PackingProblem) -> DataValue {
    .object([
      .init("name", .string(problem.name)), .init("dimensions", .integer(Int64(problem.dimensions))),
      .init(
        "binTypes",
        .array(
          problem.binTypes.map { type in
            .object([
              .init("capacity", .integers(type.capacity)), .init("cost", .integer(type.cost)),
              .init("copies", .optional(type.copies.map(Int64.init))),
            ])
          })),
      .init(
        "rows",
        .array(
          problem.rows.map { row in
            .object([
              .init("demand", .integer(Int64(row.demand))),
              row.incarnations.count == 1
                ? .init("weights", .integers(row.incarnations[0]))
                : .init("incarnations", .array(row.incarnations.map { .integers($0) })),
            ])
          })),
    ])
  }
}

// MARK: - Reading

extension PackingDocument {
  /// The problem of a document: of its own, or embedded in an answer.
  /// - Throws: `InputError` naming the first part that is missing or wrong.
  public static func problem(from value: DataValue, name: String) throws(InputError) -> PackingProblem {
    switch value["schema"]?.text {
    case schema:
      guard let body = value["problem"] else {
        throw InputError(.missing, object: "problem", "the answer lacks its problem")
      }
      return try decode(body, name: name)
    case problemSchema, nil: return try decode(value, name: name)
    case let other?:
      throw InputError(
        .unsupported, object: "schema", "expected \(problemSchema) or \(schema), found \(other)",
        fix: "Plans and clusters go to bayplan plan.")
    }
  }

  private static func decode(_ value: DataValue, name: String) throws(InputError) -> PackingProblem {
    guard let types = value["binTypes"]?.items, !types.isEmpty else {
      throw InputError(
        .missing, object: "binTypes", "there is no list of bin types",
        fix: #"Such as "binTypes": [{"capacity": [100], "cost": 1}]."#)
    }
    guard let rows = value["rows"]?.items, !rows.isEmpty else {
      throw InputError(
        .missing, object: "rows", "there is no list of rows", fix: #"Such as "rows": [{"weights": [40], "demand": 2}]."#
      )
    }
    var problem = PackingProblem(name: value["name"]?.text ?? name, dimensions: 0, binTypes: [], rows: [])
    problem.dimensions =
      value["dimensions"]?.int64.flatMap(Int.init(exactly:)) ?? types[0]["capacity"]?.items?.count ?? 1
    guard (1...1000).contains(problem.dimensions) else {
      throw InputError(.invalidValue, object: "dimensions", "there may be 1 to 1000 dimensions")
    }
    for (index, type) in types.enumerated() {
      let place = "binTypes[\(index)]"
      problem.binTypes.append(
        .init(
          capacity: try vector(type["capacity"], problem.dimensions, "\(place).capacity"),
          cost: try number(type["cost"], in: 0...weightLimit, "\(place).cost") ?? 1,
          copies: try number(type["copies"], in: 0...Int64(PackingProblem.countLimit), "\(place).copies").map {
            Int($0)
          }))
    }
    var total: Int64 = 0
    for (index, row) in rows.enumerated() {
      let place = "rows[\(index)]"
      let demand = try number(row["demand"], in: 0...Int64(PackingProblem.countLimit), "\(place).demand") ?? 1
      total += demand
      var incarnations: [[Int64]] = []
      if let choices = row["incarnations"]?.items {
        for (choice, weights) in choices.enumerated() {
          incarnations.append(try vector(weights, problem.dimensions, "\(place).incarnations[\(choice)]"))
        }
      } else {
        incarnations = [try vector(row["weights"], problem.dimensions, "\(place).weights")]
      }
      problem.rows.append(.init(demand: Int(demand), incarnations: incarnations))
    }
    guard total <= Int64(PackingProblem.countLimit) else {
      throw InputError(.limit, object: "rows", "more than \(PackingProblem.countLimit) copies in all")
    }
    return problem
  }

  private static let weightLimit: Int64 = 1 << 40

  private static func vector(_ value: DataValue?, _ count: Int, _ place: String) throws(InputError) -> [Int64] {
    guard let items = value?.items ?? value.map({ [$0] }), items.count == count else {
      throw InputError(.invalidValue, object: place, "expected a list of \(count) integer(s)")
    }
    var result: [Int64] = []
    for item in items {
      guard let number = item.int64, (0...weightLimit).contains(number) else {
        throw InputError(.invalidValue, object: place, "expected integers from 0 to \(weightLimit)")
      }
      result.append(number)
    }
    return result
  }

  private static func number(
    _ value: DataValue?, in range: ClosedRange<Int64>, _ place: String
  ) throws(InputError) -> Int64? {
    guard let value, !value.isNull else { return nil }
    guard let number = value.int64, range.contains(number) else {
      throw InputError(
        .invalidValue, object: place, "expected an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// - Throws: `InputError` naming the first part that is missing or wrong.
  public static func result(
    from value: DataValue
  ) throws(InputError) -> (result: PackingResult, problem: PackingProblem) {
    guard value["schema"]?.text == schema else {
      throw InputError(
        .unsupported, object: "schema", "expected \(schema), found \(value["schema"]?.text ?? "none")",
        fix: "Make one with: bayplan pack FILE -o json")
    }
    let problem = try problem(from: value, name: value["instance"]?.text ?? "")
    guard let status = value["status"]?.text.flatMap(Status.init),
      let termination = value["termination"]?.text.flatMap(Termination.init)
    else { throw InputError(.invalidValue, object: "status", "'status' or 'termination' is missing or unknown") }
    var bins: [PackedBin] = []
    for (index, item) in try list(value["bins"], "bins").enumerated() {
      let place = "bins[\(index)]"
      guard let type = int(item["type"]), let copies = int(item["copies"]), let entries = item["items"]?.items else {
        throw InputError(.invalidValue, object: place, "'type', 'copies' or 'items' is missing or wrong")
      }
      var bin = PackedBin(type: type, copies: copies, items: [])
      for entry in entries {
        let numbers = (entry.items ?? []).map(int)
        guard (2...3).contains(numbers.count), let row = numbers[0], let count = numbers[1] else {
          throw InputError(
            .invalidValue, object: "\(place).items", "expected [row, count] or [row, count, incarnation]")
        }
        bin.items.append(.init(row: row, count: count, incarnation: numbers.count == 3 ? numbers[2] ?? -1 : 0))
      }
      bins.append(bin)
    }
    let result = PackingResult(
      status: status, termination: termination, objective: try number(value["objective"], "objective"),
      lowerBound: try number(value["lowerBound"], "lowerBound"), bins: bins, strategy: value["strategy"]?.text ?? "",
      engine: value["engine"]?.text ?? "", certificate: try certificate(from: value["certificate"]), notices: [],
      solveSeconds: value["solveSeconds"]?.double ?? 0, work: int(value["work"] ?? .null) ?? 0)
    if let gap = value["gap"], !gap.isNull {
      guard let claimed = gap.double, let actual = result.gap, abs(claimed - actual) <= 1e-9 * max(1, abs(actual))
      else {
        throw InputError(.invalidValue, object: "gap", "it does not follow from 'objective' and 'lowerBound'")
      }
    }
    return (result, problem)
  }

  private static func certificate(from value: DataValue?) throws(InputError) -> PackingCertificate? {
    guard let value, !value.isNull else { return nil }
    guard let bound = value["bound"]?.int64 else {
      throw InputError(.invalidValue, object: "certificate", "'bound' is missing or wrong")
    }
    let (denominator, duals) = try inequality(value, "certificate")
    var leaves: [PackingCertificate.Leaf]?
    if let given = value["leaves"], !given.isNull {
      leaves = []
      for (index, item) in try list(given, "certificate.leaves").enumerated() {
        let place = "certificate.leaves[\(index)]"
        let (denominator, duals) = try inequality(item, place)
        let decisions = (item["decisions"]?.items ?? []).map(decision)
        guard !decisions.contains(nil) else {
          throw InputError(
            .invalidValue, object: place, "a decision is none of 'apart', 'together' … 'into', 'atMost' and 'atLeast'")
        }
        let cuts = (item["cuts"]?.items ?? []).map(cut)
        guard !cuts.contains(nil) else {
          throw InputError(.invalidValue, object: place, "a cut lacks 'groups' or 'price'")
        }
        leaves?.append(
          .init(
            decisions: decisions.map { $0! }, denominator: denominator, duals: duals,
            limitsWaste: try flag(item["limitsWaste"], "\(place).limitsWaste"), cuts: cuts.map { $0! }))
      }
    }
    return PackingCertificate(
      bound: bound, denominator: denominator, duals: duals,
      limitsWaste: try flag(value["limitsWaste"], "certificate.limitsWaste"),
      leaves: leaves, unchecked: value["unchecked"]?.text)
  }

  private static func decision(_ value: DataValue) -> PackingCertificate.Leaf.Decision? {
    func pair(_ value: DataValue?) -> (Int, Int)? {
      guard let items = value?.items, items.count == 2, let one = int(items[0]), let other = int(items[1]) else {
        return nil
      }
      return (one, other)
    }
    if let (one, other) = pair(value["apart"]) { return .apart(one, other) }
    if let (one, other) = pair(value["together"]) {
      return value["into"].flatMap(int).map { .together(one, other, into: $0) }
    }
    guard let type = value["binType"].flatMap(int) else { return nil }
    if let count = value["atMost"].flatMap(int) { return .atMost(count, binType: type) }
    return value["atLeast"].flatMap(int).map { .atLeast($0, binType: type) }
  }

  private static func cut(_ value: DataValue) -> PackingCertificate.Leaf.Cut? {
    let groups = (value["groups"]?.items ?? []).map(int)
    guard let price = value["price"]?.int64, !groups.isEmpty, !groups.contains(nil) else { return nil }
    return .init(groups: groups.map { $0! }, price: price)
  }

  private static func inequality(
    _ value: DataValue, _ place: String
  ) throws(InputError) -> (denominator: Int64, duals: [Int64]) {
    let duals = (value["duals"]?.items ?? []).map(\.int64)
    guard let denominator = value["denominator"]?.int64, !duals.contains(nil) else {
      throw InputError(.invalidValue, object: place, "'denominator' or 'duals' is missing or wrong")
    }
    return (denominator, duals.map { $0! })
  }

  // A claim that cannot be read must not pass for none.

  private static func number(_ value: DataValue?, _ place: String) throws(InputError) -> Int64? {
    guard let value, !value.isNull else { return nil }
    guard let number = value.int64 else { throw InputError(.invalidValue, object: place, "expected an integer") }
    return number
  }

  private static func list(_ value: DataValue?, _ place: String) throws(InputError) -> [DataValue] {
    guard let value, !value.isNull else { return [] }
    guard let items = value.items else { throw InputError(.invalidValue, object: place, "expected a list") }
    return items
  }

  private static func flag(_ value: DataValue?, _ place: String) throws(InputError) -> Bool {
    guard let value, !value.isNull else { return false }
    guard let flag = value.flag else { throw InputError(.invalidValue, object: place, "expected true or false") }
    return flag
  }

  private static func int(_ value: DataValue?) -> Int? { value?.int64.flatMap(Int.init(exactly:)) }
}
