#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  /// What a process says with its exit code.
  enum Verdict {
    static let honestNo = ExitCode(2)
    static let failure = ExitCode(1)
    static let usage = ExitCode(64)
    static let badInput = ExitCode(65)
  }

  /// Turns an error into a message on stderr and an exit code. Messages quote names from the input: neutralized.
  enum Failure {
    static func exit(_ error: any Error) -> Never {
      switch error {
      case let error as InputError:
        for (index, problem) in error.problems.enumerated() {
          Output.log((index == 0 ? "" : "\n") + "error: " + neutralizedLines(problem.description))
        }
        Foundation.exit(Verdict.badInput.rawValue)
      case let error as PlanningError:
        Output.log("error: " + neutralizedLines(error.message))
        let isUsage = error.code == .unknownStrategy || error.code == .unsupportedPrimitive
        Foundation.exit((isUsage ? Verdict.usage : Verdict.failure).rawValue)
      case let error as OutputError:
        Output.log("error: " + neutralizedLines(error.message))
        Foundation.exit(Verdict.failure.rawValue)
      case let error as DataSetError:
        log(error)
        Foundation.exit(Verdict.failure.rawValue)
      case let error as ValidationError:
        // Found while it ran: the library would show how to use the program as a whole.
        Output.log("error: " + neutralizedLines(error.message))
        Foundation.exit(Verdict.usage.rawValue)
      default: BayplanCommand.exit(withError: error)
      }
    }

    static func log(_ error: DataSetError) { Output.log("error: " + neutralizedLines(error.description)) }

    private static func neutralizedLines(_ text: String) -> String {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { TextStyle.neutralized(String($0)) }
        .joined(separator: "\n")
    }
  }
#endif
