/// Every tolerance of the LP layer. Nothing that is proven rests on them: bounds are re-derived in integers from rounded
/// duals, so these only decide how soon a solve is content.
enum Tolerances {
  /// Primal feasibility asked of the simplex method, relative to the bound. Tighter than GLPK's 1e-7, because column
  /// generation prices with the duals of the vertex.
  static let primal = 1e-9
  /// Dual feasibility asked of the simplex method, relative to the cost. A looser one lets column generation
  /// regenerate a column that is already there.
  static let dual = 1e-9
  /// Primal violation accepted after values were recomputed from a fresh factorization, relative to the bound.
  static let acceptedPrimal = 1e-7
  /// Dual violation accepted after values were recomputed, before rounding noise of large costs.
  static let acceptedDual = 4e-9
  /// Rounding noise of duals, relative to the largest cost.
  static let dualNoise = 1e-13
  /// Dual violation, relative to the largest cost, at which an answer that repairs did not better is a failure.
  static let hopeless = 1e-5
  /// How far a bound of an integer column may lie beyond an integer and still mean it, relative to the bound.
  static let bound = 1e-9
  /// How far a value may be from an integer and count as one in branch and cut.
  static let integrality = 1e-6
  /// Objective difference, relative, that branch and cut takes for none.
  static let objective = 1e-9
  /// How much better than a cutoff, relative, a solution must be where the objective is not integral. More than the
  /// 1e-7 by which branch and cut may break a row.
  static let cutoff = 1e-6
  /// Rounding noise of a quotient of two objective values, relative: a few units in the last place.
  static let quotient = 1e-15
}
