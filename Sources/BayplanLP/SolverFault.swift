import Glibc

/// A way for the solver to fail on demand, so that tests and operators can see what the rest does then.
///
/// The environment variable `BAYPLAN_FAULT`, read once per process, holds a comma-separated list; of it this layer
/// heeds the first word that starts with `glpk-`. Tests use the task-local form, which overrides the environment and
/// reaches solves on a ``onSolverThread(stackSize:_:)`` begun under it:
///
///     try SolverFault.$current.withValue(.numerical) { try plan(…) }
public enum SolverFault: String, Sendable, CaseIterable {
  /// Solves trip a real error inside GLPK: `libraryError`, and the thread's problems are lost.
  case libraryError = "glpk-error"
  /// Solves throw `numerical`, as after repairs that did not help.
  case numerical = "glpk-numerical"
  /// Solves return `unknown` at once, as if time were out.
  case timeout = "glpk-timeout"
  /// Solves throw `injected`. A word `glpk-…` that means nothing else is taken for this: a misspelt fault must not
  /// look like a passed test.
  case injected = "glpk-injected"

  /// The fault in force here; nil for none.
  @TaskLocal public static var current: SolverFault? = fromEnvironment

  /// What `BAYPLAN_FAULT` asked for when the process first solved.
  public static let fromEnvironment: SolverFault? = {
    guard let value = getenv("BAYPLAN_FAULT") else { return nil }
    return parse(String(cString: value))
  }()

  static func parse(_ value: String) -> SolverFault? {
    guard let word = value.split(separator: ",").first(where: { $0.hasPrefix("glpk-") }) else { return nil }
    return SolverFault(rawValue: String(word)) ?? .injected
  }
}
