#if CommandLine
  import Bayplan
  import Foundation
  import GRDB

  /// Runs in an SQLite file. A run is there with all that came of it, or not at all; what it depends on is its key, so
  /// that suites share runs and none is made twice.
  final class RunStore: Sendable {
    private let database: DatabaseQueue
    let path: String

    /// - Throws: `InputError` for a file that is no store; `OutputError` if it cannot be opened.
    init(path: String, isNew: Bool = true) throws {
      self.path = path
      if !isNew && !FileManager.default.fileExists(atPath: path) {
        throw InputError(
          .unreadable, at: SourceLocation(file: path), "there is no such store",
          fix: "Make one with: bayplan bench SUITE")
      }
      var configuration = Configuration()
      // What a killed bench left half-written is undone by whoever opens the store next.
      configuration.readonly = !isNew && !FileManager.default.fileExists(atPath: path + "-journal")
      configuration.busyMode = .timeout(10)
      configuration.prepareDatabase { database in
        // A run that was reported as done stays so when the power fails.
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      // Of some names SQLite makes something else than a file.
      let file = path.hasPrefix("/") ? path : "./" + path
      database = try Self.naming(path) { try DatabaseQueue(path: file, configuration: configuration) }
      try naming { try Self.prepare(database, isNew: isNew) }
    }

    /// Errors of the database as those of a file.
    func naming<Value>(_ body: () throws -> Value) throws -> Value { try Self.naming(path, body) }

    private static func naming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
      do {
        return try body()
      } catch let error as DatabaseError {
        let lacksTables = error.resultCode == .SQLITE_ERROR && (error.message ?? "").contains("no such")
        if [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode) || lacksTables { throw damaged(path) }
        throw OutputError(
          message:
            "cannot use the store \(path): \(error.message ?? "error \(error.resultCode)"); what it holds is kept")
      }
    }

    private static func damaged(_ path: String) -> InputError {
      InputError(
        .syntax, at: SourceLocation(file: path), "this is not a store of runs, or it is damaged",
        fix: "Take another file for the store.")
    }

    private static let version = 2

    /// Makes the tables of a new store, and refuses what is none.
    private static func prepare(_ database: DatabaseQueue, isNew: Bool) throws {
      func refuse(_ what: String, fix: String) -> InputError {
        InputError(.unsupported, at: SourceLocation(file: database.path), what, fix: fix)
      }
      let found = try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
      if found == version { return }
      guard found == 0, isNew else {
        throw refuse(
          found == 0 ? "this is not a store of runs" : "the store is of version \(found)",
          fix: "Take another file, or the bayplan that made it.")
      }
      try database.write { database in
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
          throw refuse("this is a database of something else", fix: "Take another file for the store.")
        }
        try database.execute(
          sql: """
            CREATE TABLE suite (engine TEXT NOT NULL, label TEXT NOT NULL, machine TEXT NOT NULL, name TEXT NOT NULL,
              plan TEXT NOT NULL, ordinal INTEGER NOT NULL, PRIMARY KEY (engine, label, machine, name));
            CREATE TABLE run (key TEXT PRIMARY KEY, status TEXT NOT NULL, message TEXT, measures TEXT NOT NULL,
              cpuSeconds REAL NOT NULL, wallSeconds REAL NOT NULL, command TEXT NOT NULL);
            PRAGMA user_version = \(version);
            """)
      }
    }

    // MARK: Plans

    /// What a suite consists of, as it was expanded.
    struct Plan: Codable {
      struct Run: Codable {
        var instance: Int
        var strategy: Int
        var seed: UInt64
        var key: String
      }

      struct Experiment: Codable {
        var instances: [BenchInstance]
        var runs: [Run]
      }

      var suite: BenchSuite
      var experiments: [Experiment]
    }

    func begin(_ results: BenchResults) throws {
      let plan = Plan(
        suite: results.suite,
        experiments: results.experiments.map { part in
          .init(
            instances: part.instances,
            runs: part.runs.map { .init(instance: $0.instance, strategy: $0.strategy, seed: $0.seed, key: $0.key) })
        })
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
      try naming {
        try database.write { database in
          let next = try Int.fetchOne(database, sql: "SELECT coalesce(max(ordinal), 0) + 1 FROM suite")!
          try database.execute(
            sql: "INSERT OR REPLACE INTO suite VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
              results.engine.digest, results.engine.label, results.machine, results.suite.name, text, next,
            ])
        }
      }
    }

    struct Entry {
      var engine: BenchResults.Engine
      var machine: String
      var suite: String
    }

    /// What there are results of, the latest last.
    func entries() throws -> [Entry] {
      try naming {
        try database.read { database in
          try Row.fetchAll(
            database,
            sql: "SELECT engine, label, machine, name FROM suite ORDER BY ordinal"
          ).map { row in
            Entry(
              engine: .init(label: row["label"], digest: row["engine"]), machine: row["machine"], suite: row["name"])
          }
        }
      }
    }

    func results(_ entry: Entry) throws -> BenchResults {
      let plan: Plan = try naming {
        try database.read { database in
          let text = try String.fetchOne(
            database, sql: "SELECT plan FROM suite WHERE engine = ? AND label = ? AND machine = ? AND name = ?",
            arguments: [entry.engine.digest, entry.engine.label, entry.machine, entry.suite])
          guard let plan = try? JSONDecoder().decode(Plan.self, from: Data((text ?? "").utf8)) else {
            throw Self.damaged(path)
          }
          return plan
        }
      }
      var parts: [ExperimentResults] = []
      for (experiment, part) in zip(plan.suite.experiments, plan.experiments) {
        let records = try self.records(part.runs.map(\.key))
        parts.append(
          ExperimentResults(
            experiment, instances: part.instances,
            runs: part.runs.map {
              PlannedRun(
                instance: $0.instance, strategy: $0.strategy, seed: $0.seed, key: $0.key, record: records[$0.key])
            }))
      }
      return BenchResults(suite: plan.suite, engine: entry.engine, machine: entry.machine, experiments: parts)
    }

    // MARK: Runs

    func records(_ keys: [String]) throws -> [String: RunRecord] {
      try naming {
        try database.read { database in
          var records: [String: RunRecord] = [:]
          let statement = try database.cachedStatement(
            sql: "SELECT status, message, measures, cpuSeconds, wallSeconds FROM run WHERE key = ?")
          for key in Set(keys) {
            guard let row = try Row.fetchOne(statement, arguments: [key]),
              let status = RunStatus(rawValue: row["status"])
            else { continue }
            let measures: String = row["measures"]
            records[key] = RunRecord(
              status, message: row["message"],
              measures: try JSONDecoder().decode([String: Double].self, from: Data(measures.utf8)),
              cpuSeconds: row["cpuSeconds"], wallSeconds: row["wallSeconds"])
          }
          return records
        }
      }
    }

    func add(_ record: RunRecord, key: String, command: [String]) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let measures = String(decoding: try encoder.encode(record.measures), as: UTF8.self)
      let words = String(decoding: try encoder.encode(command), as: UTF8.self)
      try naming {
        try database.write { database in
          try database.execute(
            sql: "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
              key, record.status.rawValue, record.message, measures, record.cpuSeconds, record.wallSeconds, words,
            ])
        }
      }
    }
  }
#endif
