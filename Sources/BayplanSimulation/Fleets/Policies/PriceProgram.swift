import BayplanLP

/// What a thousandth of a device is worth on each group of nodes, by duals:
///
///     variables   x_sg  pods of typical shape s on group g
///     maximize    sum_sg milli_s x_sg
///     subject to  sum_g x_sg <= h d_s             d_s: pods that ask for all that is idle, in typical proportions
///                 sum_s cpu_s x_sg <= cpu_g       (kappa_g)
///                 sum_s milli_s x_sg <= milli_g   (mu_g)
///
/// The price of a group is (kappa_g cpu_g + mu_g milli_g) / milli_g, the mean over horizons h. Nodes of a group are melted
/// together; how room is cut up is left to the scores. Prices only guide, so nothing rests on their digits.
struct PriceProgram: Sendable {
  private let typical: [TypicalShape]
  /// How much comes, in parts of the room left.
  private let horizons = [0.7, 1, 1.3]
  /// Least price, so that where nothing is short losses still count.
  private let least = 0.1

  init(_ typical: [TypicalShape]) { self.typical = typical.filter { $0.shape.devices > 0 && $0.weight > 0 } }

  private struct Group {
    var model: UInt64 = 0
    var devices: Int32 = 0
    /// Cores and devices that are left.
    var cpu = 0.0
    var devicesLeft = 0.0
  }

  /// In thousandths per group of the fleet, between a hundred and a thousand.
  func prices(on fleet: Fleet) throws(SolverFailure) -> [Int32] {
    var groups = [Group](repeating: Group(), count: fleet.groupCount)
    for node in fleet.nodes {
      let index = Int(node.group)
      groups[index].model = node.model
      groups[index].devices = node.devices
      if node.milli == 0 { continue }
      groups[index].cpu += Double(node.cpu) / 1000
      groups[index].devicesLeft += Double(node.milli) / 1000
    }
    let mean = typical.reduce(0) { $0 + $1.weight * Double($1.shape.totalMilli) / 1000 }
    let room = Double(fleet.idleMilli) / 1000
    let known = groups
    let values = try onSolverThread { () throws(SolverFailure) -> [Double] in
      try solve(known, demands: typical.map { $0.weight * room / max(mean, 1e-3) })
    }
    return values.map { Int32(1000 * (least + (1 - least) * min(1, max(0, $0)))) }
  }

  private func solve(_ groups: [Group], demands: [Double]) throws(SolverFailure) -> [Double] {
    var solver = try StandardSolver(.maximize)
    var (cpuRows, deviceRows): ([Int], [Int]) = ([], [])
    for group in groups {
      cpuRows.append(try solver.addRow(lower: nil, upper: group.cpu))
      deviceRows.append(try solver.addRow(lower: nil, upper: group.devicesLeft))
    }
    var demandRows: [Int] = []
    for next in typical {
      let shape = next.shape
      let (row, size) = (try solver.addRow(lower: nil, upper: 0), Double(shape.totalMilli) / 1000)
      demandRows.append(row)
      for (index, group) in groups.enumerated()
      where shape.devices <= group.devices && (shape.models == 0 || shape.models & group.model != 0) {
        _ = try solver.addColumn(
          cost: size, lower: 0, upper: nil, isInteger: false,
          rows: [Int32(row), Int32(cpuRows[index]), Int32(deviceRows[index])],
          coefficients: [1, Double(shape.cpu) / 1000, size])
      }
    }
    var prices = [Double](repeating: 0, count: groups.count)
    for horizon in horizons {
      for (row, demand) in zip(demandRows, demands) {
        try solver.setBounds(ofRow: row, lower: nil, upper: horizon * demand)
      }
      guard try solver.solveRelaxation(SolveLimits()) == .optimal else {
        throw SolverFailure(.numerical, "the program of prices was not solved")
      }
      for (index, group) in groups.enumerated() where group.devicesLeft > 0 {
        let worth = solver.dual(of: cpuRows[index]) * group.cpu + solver.dual(of: deviceRows[index]) * group.devicesLeft
        prices[index] += worth / group.devicesLeft / Double(horizons.count)
      }
    }
    return prices
  }
}
