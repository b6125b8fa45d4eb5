#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  struct DatasetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "datasets",
      abstract: "Public data sets: what there is, fetch it, check it; and instances of the published classes.",
      discussion: """
        Nothing is downloaded but by 'fetch'. Each set keeps its own terms: 'show' says which.

          bayplan datasets list
          bayplan datasets fetch falkenauer_u scholl_1
          bayplan datasets verify
          bayplan datasets generate falkenauer-triplets --set items=120 --seed 1..10 --folder t120
        """,
      subcommands: [
        DatasetsListCommand.self, DatasetsShowCommand.self, DatasetsFetchCommand.self, DatasetsVerifyCommand.self,
        DatasetsGenerateCommand.self,
      ])
  }

  /// Where sets are kept.
  struct DataSetOptions: ParsableArguments {
    @Option(
      help:
        "Folder of the sets (default: $BAYPLAN_DATASETS, else bayplan/datasets in $XDG_DATA_HOME or ~/.local/share).")
    var folder: String?

    var store: DataSetStore {
      DataSetStore(folder: Catalogue.folder(folder, environment: ProcessInfo.processInfo.environment))
    }

    /// The named ones, every unknown name being a fault; all if none is named.
    static func sets(_ names: [String]) throws(InputError) -> [DataSet] {
      if names.isEmpty { return Catalogue.standard.sets }
      var faults: [InputError.Problem] = []
      var sets: [DataSet] = []
      for name in names {
        do throws(InputError) {
          sets.append(try Catalogue.standard.set(named: name))
        } catch {
          faults += error.problems
        }
      }
      if !faults.isEmpty { throw InputError(faults) }
      return sets
    }
  }
#endif
