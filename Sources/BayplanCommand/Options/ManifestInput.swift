#if CommandLine
  import Bayplan

  // Where the command line meets the readers of `BayplanManifests`.

  func readManifests(_ sources: [InputSource], options: InputOptions) throws(InputError) -> Cluster {
    throw InputError(.unsupported, object: sources[0].name, "not a format that Bayplan reads")
  }

  extension InputOptions {
    func add(catalogue: String, to cluster: inout Cluster) throws(InputError) {
    }
  }
#endif
