#if GLPK
  internal import CGLPK

  extension GLPKProblem {
    /// Writes the problem in CPLEX LP format, to look at it or to give it to another solver. Rows and columns are named
    /// `r0…` and `x0…` by their numbers; free rows are left out.
    public func writeLP(to path: String) throws(SolverFailure) { try write(CGLPK_LP_FILE, path) }

    /// Writes the problem in free MPS format, names as in ``writeLP(to:)``. MPS states no sense: readers assume minimization.
    public func writeMPS(to path: String) throws(SolverFailure) { try write(CGLPK_MPS_FILE, path) }

    private func write(_ format: Int, _ path: String) throws(SolverFailure) {
      let status = cglpk_write(handle, Int32(format), path)
      guard status == Int32(CGLPK_INVALID) else { return try check(status, "writing the problem") }
      throw SolverFailure(.libraryError, "cannot write \(path): \(String(cString: cglpk_message()).trimmingNewlines)")
    }

    enum FileFormat { case lp, mps }

    /// Reads a file back; for tests.
    init(reading path: String, as format: FileFormat, _ sense: Sense) throws(SolverFailure) {
      var made: OpaquePointer?
      let status = cglpk_read(Int32(format == .lp ? CGLPK_LP_FILE : CGLPK_MPS_FILE), path, &made)
      if status == Int32(CGLPK_INVALID) {
        throw SolverFailure(.libraryError, "cannot read \(path): \(String(cString: cglpk_message()).trimmingNewlines)")
      }
      try check(status, "reading a problem")
      var rows: Int32 = 0
      var columns: Int32 = 0
      _ = cglpk_size(made, &rows, &columns)
      self.init(owning: made!, sense: sense, rowCount: Int(rows), columnCount: Int(columns))
    }

    /// Makes GLPK report a real internal error; for tests of the guard.
    mutating func provokeError() throws(SolverFailure) { try check(cglpk_provoke_error(handle), "provoking an error") }
  }
#endif
