#if CommandLine
  import Bayplan
  import Foundation

  /// What came of a run, from what its process printed. Packings are checked against their instance, plans against every
  /// rule, schedules against those that no later decision can break. Simulations and arrivals are figures, and taken as
  /// they are; `simulate --check` is among the options that a suite may give.
  struct OutcomeReader {
    let task: BenchSuite.Task
    let isPeer: Bool
    let problem: PackingProblem?
    /// Bytes of address space that it had; nil for all.
    let memory: Int64?

    func record(_ outcome: ChildProcess.Outcome, output: String, errors: String) -> RunRecord {
      var record = RunRecord(.failed, cpuSeconds: outcome.cpuSeconds, wallSeconds: outcome.wallSeconds)
      if outcome.isTimedOut {
        record.status = .timedOut
        record.message = "ended after \(Int(outcome.wallSeconds.rounded())) s, far beyond its limit" + limited
        return record
      }
      // 2 is the honest no; the document says of what.
      guard outcome.code == 0 || outcome.code == 2 else {
        let last = lastLine(of: errors)
        if outcome.code == Verdict.usage.rawValue, let last, last.contains("cannot honour") {
          record.status = .skipped
          record.message = last
          return record
        }
        record.message =
          outcome.code >= 128
          ? "ended by signal \(outcome.code - 128)\(last.map { ": \($0)" } ?? "")"
          : last ?? "exit code \(outcome.code)"
        record.message! += limited
        return record
      }
      do {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: output))
        let value = try JSONReader.read(Array(bytes), file: "answer")
        try read(value, into: &record)
      } catch let error as InputError {
        record.status = .failed
        let problem = error.problems.first
        let place = [problem?.location?.description, problem?.object].compactMap { $0 }.joined(separator: ": ")
        record.message =
          "its answer cannot be read: \(place.isEmpty ? "" : place + ": ")\(problem.map { String($0.message.prefix(200)) } ?? "")"
      } catch {
        record.message = "its answer cannot be read"
      }
      return record
    }

    /// Programs seldom say that it was for want of memory.
    private var limited: String { memory.map { " (with a memoryLimit of \($0 >> 20) MiB)" } ?? "" }

    /// The last 64 KiB: some print without end.
    static func end(of path: String) -> String {
      guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else { return "" }
      try? file.seek(toOffset: size > 65_536 ? size - 65_536 : 0)
      return ((try? file.readToEnd()) ?? nil).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func lastLine(of path: String) -> String? {
      let lines = Self.end(of: path).split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
      // Usage follows the error of a command line.
      let line = lines.first { $0.lowercased().hasPrefix("error:") } ?? lines.last
      return line.map { String($0.prefix(200)) }
    }

    private func read(_ value: DataValue, into record: inout RunRecord) throws {
      // A solver's own clock may start a little before the process's.
      if let seconds = value["solveSeconds"]?.double, seconds >= 0, seconds <= record.wallSeconds + 1 {
        record.measures[Measure.solve.name] = seconds
      }
      switch task {
      case .pack: try readPacking(value, into: &record)
      case .plan: try readPlan(value, into: &record)
      case .schedule: try readSchedule(value, into: &record)
      case .simulate: readSimulation(value, into: &record)
      case .arrivals: readArrivals(value, into: &record)
      }
    }

    private func fail(_ message: String, _ record: inout RunRecord) {
      record.status = .failed
      record.message = message
      record.measures = [:]
    }

    // MARK: Packing

    private func readPacking(_ value: DataValue, into record: inout RunRecord) throws {
      let status = value["status"]?.text
      if status == "unsupported" {
        record.status = .skipped
        record.message = value["reason"]?.text ?? "it does not take this instance"
        return
      }
      var document = value
      // Peers need not repeat the instance, nor say why they ended.
      if document["termination"] == nil {
        document.set("termination", .string(status == "optimal" ? "exhausted" : "timeLimit"))
      }
      if isPeer || document["problem"] == nil { document.set("problem", PackingDocument.value(problem!)) }
      document.set("gap", .null)
      document.set("certificate", .null)
      let (result, claimed) = try PackingDocument.result(from: document)
      var instance = claimed
      instance.name = problem!.name
      guard instance == problem! else { return fail("its answer is to another instance", &record) }
      if let fault = PackingAudit(instance).faults(of: result).first {
        return fail("its packing is wrong: \(fault)", &record)
      }
      switch result.status {
      case .optimal: record.status = .optimal
      case .feasible: record.status = .solved
      case .infeasible: record.status = .infeasible
      case .unknown: record.status = .unknown
      }
      if let objective = result.objective { record.measures[Measure.value.name] = Double(objective) }
      if let bound = result.lowerBound {
        // `bayplan pack` has its bounds checked before it shows them.
        record.measures[(isPeer ? Measure.claimedBound : Measure.bound).name] = Double(bound)
      }
      if let work = value["work"]?.double { record.measures[Measure.work.name] = work }
    }

    // MARK: Clusters

    private func readPlan(_ value: DataValue, into record: inout RunRecord) throws {
      let (plan, cluster) = try PlanDocument.plan(from: value)
      let violations = Auditor(cluster: cluster).violations(
        of: plan.placements, openedNodes: plan.openedNodes, unplaced: plan.unplaced.map(\.pod))
      if let violation = violations.first { return fail("its plan breaks a rule: \(violation)", &record) }
      record.status = plan.status == .optimal ? .optimal : plan.status == .unknown ? .unknown : .solved
      record.measures[Measure.unplaced.name] = Double(plan.unplaced.count)
      record.measures[Measure.nodes.name] = Double(Set(plan.placements.map(\.node)).count)
      let cost = plan.openedNodes.reduce(Int64(0)) { $0 + $1.price }
      if !plan.openedNodes.isEmpty { record.measures[Measure.cost.name] = Double(cost) / 1e6 }
    }

    private func readSchedule(_ value: DataValue, into record: inout RunRecord) throws {
      guard let left = value["unschedulable"]?.double, let nodes = value["nodesInUse"]?.double else {
        return fail("its answer lacks 'unschedulable' or 'nodesInUse'", &record)
      }
      let (result, cluster) = try ScheduleDocument.result(from: value)
      let gone = Set(result.evicted)
      let audit = ScheduleAudit(
        cluster, disabledFilters: result.disabledFilters, ignoredResources: result.ignoredResources)
      let evicted = Set(cluster.pods.lazy.map(\.id).filter { gone.contains("\($0)") })
      if let violation = audit.violations(of: result.placements, evicted: evicted).first {
        return fail("a decision breaks a rule: \(violation)", &record)
      }
      record.status = .solved
      record.measures[Measure.unplaced.name] = left
      record.measures[Measure.nodes.name] = nodes
    }

    private func readSimulation(_ value: DataValue, into record: inout RunRecord) {
      guard let pods = value["pods"], let nodes = value["nodes"], let pending = pods["pending"]?.double else {
        return fail("its answer lacks 'pods' or 'nodes'", &record)
      }
      if let violation = value["violations"]?.items?.first?.text {
        return fail("a rule was broken: \(violation)", &record)
      }
      record.status = .solved
      record.measures["pending"] = pending
      if let wait = pods["pendingTime"]?["p95Millis"]?.double { record.measures["wait95"] = wait / 1000 }
      if case .object(let evictions)? = pods["evictions"] {
        record.measures["evicted"] = evictions.reduce(0) { $0 + ($1.value.double ?? 0) }
      }
      let services = value["services"]?.items ?? []
      let offered = services.reduce(0.0) { $0 + ($1["requests"]?.double ?? 0) }
      if offered > 0 {
        let unserved = services.reduce(0.0) {
          $0 + ($1["requests"]?.double ?? 0) * ($1["unserved"]?.double ?? 0)
        }
        record.measures["unserved"] = 100 * unserved / offered
      }
      let cpu = value["resources"]?.items?.first { $0["resource"]?.text == "cpu" }
      if let mean = cpu?["mean"]?.double { record.measures["allocated"] = 100 * mean }
      if let time = nodes["nodeMillis"]?.double { record.measures["nodeHours"] = time / 3_600_000 }
      if let cost = nodes["microCost"]?.double, cost > 0 { record.measures["cost"] = cost / 1e6 }
    }

    private func readArrivals(_ value: DataValue, into record: inout RunRecord) {
      guard let levels = value["allocated"]?.items, let dropped = value["dropped"]?.double else {
        return fail("its answer lacks 'allocated' or 'dropped'", &record)
      }
      record.status = .solved
      record.measures["dropped"] = dropped
      for level in levels {
        guard let asked = level["askedPercent"]?.int64, let share = level["allocatedPercent"]?.double else { continue }
        record.measures["allocated\(asked)"] = share
      }
    }
  }
#endif
