import BayplanModel

/// A figure of a run: what it is called, and which way is better.
public struct Measure: Hashable, Sendable {
  public enum Role: Sendable {
    /// How good the answer is.
    case quality
    /// What it cost to find.
    case effort
    /// The same on every machine.
    case work
  }

  public var name: String
  public var title: String
  public var unit: String
  public var lessIsBetter: Bool
  public var digits: Int
  public var role: Role

  init(
    _ name: String, _ title: String, unit: String = "", lessIsBetter: Bool = true, digits: Int = 0,
    role: Role = .quality
  ) {
    self.name = name
    self.title = title
    self.unit = unit
    self.lessIsBetter = lessIsBetter
    self.digits = digits
    self.role = role
  }

  public static let value = Measure("value", "value")
  /// Of our own strategies, which check their bounds as far as they can be checked before they show them.
  public static let bound = Measure("bound", "bound", lessIsBetter: false)
  /// Of a peer: nobody has checked it, and no gap is measured by it.
  public static let claimedBound = Measure("claimedBound", "claimed bound", lessIsBetter: false)
  public static let unplaced = Measure("unplaced", "unplaced")
  public static let nodes = Measure("nodes", "nodes used")
  public static let cost = Measure("cost", "cost/h", digits: 4)
  /// Of the process: reading and writing are part of it.
  public static let cpu = Measure("cpu", "CPU time", unit: "s", digits: 3, role: .effort)
  /// What the strategy itself says it took.
  public static let solve = Measure("solve", "solve time", unit: "s", digits: 3, role: .effort)

  /// The most that was resident at once.
  public static let memory = Measure("memory", "memory", unit: "MiB", digits: 1, role: .effort)

  /// Units of deterministic work (see `Limits` of the packing engine).
  public static let work = Measure("work", "work", role: .work)

  /// What is measured of a task, the most important first.
  public static func all(of task: BenchSuite.Task) -> [Measure] { quality(of: task) + [work, cpu, solve, memory] }

  public static func quality(of task: BenchSuite.Task) -> [Measure] {
    switch task {
    case .pack: [value]
    case .plan: [unplaced, cost, nodes]
    case .schedule: [unplaced, nodes]
    case .simulate:
      [
        Measure("pending", "pending"), Measure("wait95", "wait p95", unit: "s", digits: 1),
        Measure("evicted", "evicted"), Measure("unserved", "unserved", unit: "%", digits: 3),
        Measure("allocated", "CPU used", unit: "%", lessIsBetter: false, digits: 2),
        Measure("nodeHours", "node hours", digits: 1), Measure("cost", "cost", digits: 2),
      ]
    case .arrivals:
      [130, 120, 110, 100].map {
        Measure("allocated\($0)", "at \($0) %", unit: "%", lessIsBetter: false, digits: 2)
      } + [Measure("dropped", "dropped")]
    }
  }
}
