#if CommandLine
  import ArgumentParser
  import Bayplan

  @main
  struct BayplanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "bayplan",
      abstract: "Plans where containers go, and proves how good the plan is.",
      discussion: """
        Reads Kubernetes manifests and snapshots, Compose files, Dockerfiles, node pools, OpenB tables and its own JSON.

          bayplan plan deployment.yaml nodes.yaml          where every pod goes, on these nodes
          bayplan schedule snapshot.json                   what kube-scheduler would do with the pending pods
          bayplan simulate scenario.yaml                   what happens next: failures, load, updates, autoscaling
          bayplan plan compose.yaml --catalogue builtin    which nodes to rent, how many, at what cost
          kubectl get nodes,pods -A -o json | bayplan plan -
          bayplan plan shop.yaml -o json > p.json && bayplan verify p.json
          bayplan pack instances/ -o csv                   abstract bin packing, proved optimal
          bayplan bench quick                              compare strategies, with what the differences are worth
          bayplan explain default/web-0 p.json             why it is where it is, or why it is nowhere
          bayplan datasets list                            public instances and traces to try it on
          bayplan report p.json -o html > p.html           the bay plan as a page to look at

        Exit codes: 0 everything placed, or the check holds; 2 the honest no: something does not fit, or a check does \
        not hold; 1 failure; 64 wrong usage; 65 bad input.
        """,
      version: BayplanVersion.current,
      subcommands: [
        PlanCommand.self, ScheduleCommand.self, HeadroomCommand.self, SimulateCommand.self, PackCommand.self,
        BenchCommand.self, DatasetsCommand.self, ExplainCommand.self, VerifyCommand.self, ReportCommand.self,
        ConvertCommand.self,
      ])

    static func main() {
      ProcessClock.begin()
      Output.ignoreBrokenPipes()
      VanishingInput.catchSignal()
      do {
        var command = try parseAsRoot()
        try command.run()
      } catch {
        Failure.exit(error)
      }
    }
  }
#else
  @main
  enum BayplanCommand {
    static func main() { fatalError("built without the CommandLine trait") }
  }
#endif
