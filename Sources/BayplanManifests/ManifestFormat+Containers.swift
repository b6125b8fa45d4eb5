import BayplanModel

extension ManifestFormat {
  /// A Compose file is known by its top-level keys, or by its name where nothing speaks for Kubernetes.
  static let compose = ManifestFormat(
    name: "Compose",
    recognizes: { name, prefix in
      var hasServices = false
      for line in prefix.split(whereSeparator: \.isNewline) {
        if line.hasPrefix("kind:") || line.hasPrefix("apiVersion:") { return false }
        if line.hasPrefix("services:") { hasServices = true }
      }
      return hasServices || ComposeReader.recognizes(fileName: fileName(name))
    },
    apply: { (input, options, reader) throws(InputError) in
      if let path = input.path {
        // Files of one folder overlay each other, so they wait until all are known.
        reader.objects.composeFiles.append(path)
      } else {
        let project = try composeReader(options).read(text: try input.text(), file: input.name, folder: ".")
        reader.add(project)
      }
    })

  static let dockerfile = ManifestFormat(
    name: "Dockerfile",
    recognizes: { name, prefix in
      let name = fileName(name).lowercased()
      if ["dockerfile", "containerfile"].contains(where: { name == $0 || name.hasPrefix($0 + ".") }) { return true }
      if name.hasSuffix(".dockerfile") || name.hasSuffix(".containerfile") { return true }
      for line in prefix.split(whereSeparator: \.isNewline) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, !first.hasPrefix("#") else { continue }
        return words.count > 1 && ["FROM", "ARG"].contains(first.uppercased())
      }
      return false
    },
    apply: { (input, options, reader) throws(InputError) in
      let image = try DockerfileReader().read(try input.text(), file: input.name)
      var cluster = Cluster()
      cluster.notices = image.notices
      let defaults = options.defaultRequests.amounts
      cluster.pods = [
        try image.pod(
          named: DockerfileImage.workloadName(path: input.name), defaults: defaults.isEmpty ? nil : defaults,
          notices: &cluster.notices)
      ]
      var workload = Workload(kind: .service, id: cluster.pods[0].id, template: cluster.pods[0], replicas: 1)
      workload.lifecycle.startupMillis = image.healthcheck?.startPeriod
      cluster.workloads = [workload]
      reader.add(cluster, file: input.name)
    })

  static func composeReader(_ options: ManifestReader.Options) -> ComposeReader {
    let defaults = options.defaultRequests.amounts
    return ComposeReader(
      options: .init(
        profiles: options.profiles, envFiles: options.envFiles, environment: options.environment,
        requestPolicy: options.composeRequestPolicy, defaults: defaults.isEmpty ? nil : defaults))
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension KubernetesReader {
  mutating func add(_ project: ComposeProject) {
    var cluster = Cluster()
    project.append(to: &cluster)
    add(cluster, file: project.name)
  }

  /// Reads the Compose files that waited: those of one folder make one project, each laid over the one before.
  mutating func readCompose(_ options: ManifestReader.Options) {
    var folders: [(folder: String, files: [String])] = []
    for path in objects.composeFiles {
      let folder = ComposePath.folder(of: path)
      if let index = folders.firstIndex(where: { $0.folder == folder }) {
        if !folders[index].files.contains(path) { folders[index].files.append(path) }
      } else {
        folders.append((folder, [path]))
      }
    }
    for (_, files) in folders {
      do throws(InputError) {
        add(try ManifestFormat.composeReader(options).read(files: files))
      } catch {
        diagnostics.report(allOf: error)
      }
    }
    objects.composeFiles = []
  }
}
