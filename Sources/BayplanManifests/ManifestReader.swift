import BayplanModel
import Foundation

/// Reads inputs of all formats, in any number, into one cluster.
///
///     var reader = ManifestReader()
///     reader.read(path: "deploy/")
///     let cluster = try reader.cluster()
///
/// Problems are collected over all inputs; `cluster()` throws them together. Use one value for one cluster: copies
/// share what they have collected.
public struct ManifestReader {
  public struct Options: Sendable {
    /// For containers that state neither request nor limit.
    public var defaultRequests = DefaultRequests.standard
    /// For objects that name no namespace.
    public var defaultNamespace = "default"
    /// Which of a Compose service's figures become its requests.
    public var composeRequestPolicy = ComposeRequestPolicy.reservations
    /// Compose profiles to activate; `*` stands for all.
    public var profiles: [String] = []
    /// Files of variables for Compose files; without any, `.env` beside them is taken.
    public var envFiles: [String] = []
    /// Variables that win over those files.
    public var environment: [String: String] = [:]

    public init() {}
  }

  public let options: Options
  private var formats: [ManifestFormat]
  private var reader: KubernetesReader
  private let diagnostics = Diagnostics()
  private var inputs: [String] = []

  /// - Parameter formats: further formats, asked before the built-in ones.
  public init(options: Options = Options(), formats: [ManifestFormat] = []) {
    self.options = options
    self.formats = formats + ManifestFormat.builtIn
    reader = KubernetesReader(diagnostics: diagnostics)
    reader.defaultNamespace = options.defaultNamespace
  }

  /// Catalogues read so far.
  public var catalogues: [NodeCatalogue] { reader.objects.catalogues }

  /// Adds the types of a catalogue to choose nodes from.
  public mutating func add(_ catalogue: NodeCatalogue) {
    reader.objects.catalogues.append(catalogue)
    reader.objects.nodeTypes += catalogue.types
  }

  /// Reads a file, a folder with all below it, or standard input for `-`.
  public mutating func read(path: String) {
    if path == "-" {
      do {
        read(try FileHandle.standardInput.readToEnd() ?? Data(), name: "standard input")
      } catch {
        unreadable("standard input", "standard input cannot be read")
      }
      return
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return unreadable(path, "the file does not exist", fix: "Check the path.")
    }
    if isFolder.boolValue {
      var skipped: [String] = []
      readFolder(path, depth: 0, skipped: &skipped)
      if let first = skipped.first {
        diagnostics.notices.note(
          .skipped, "Files that are no manifests by their name are not read.", count: skipped.count, example: first)
      }
    } else {
      readFile(path)
    }
  }

  /// Reads a text; `name` stands for it in messages and may tell its format.
  public mutating func read(_ text: String, name: String) { read(Data(text.utf8), name: name) }

  public mutating func read(_ bytes: Data, name: String) { read(bytes, name: name, path: nil) }

  private mutating func read(_ bytes: Data, name: String, path: String?) {
    inputs.append(name)
    bytes.withUnsafeBytes { read(ManifestInput(name: name, bytes: $0, path: path)) }
  }

  /// Everything that was read, as one cluster.
  public func cluster() throws(InputError) -> Cluster {
    let collected = diagnostics.copy()
    var reader = reader
    reader.diagnostics = collected
    reader.readCompose(options)
    try collected.throwIfAny()
    if reader.documents == 0 {
      throw InputError(
        .empty, at: inputs.first.map { SourceLocation(file: $0) },
        inputs.isEmpty ? "no input was given" : "the input holds no object",
        fix: "Give Kubernetes manifests, a Compose file, a Dockerfile or a node pool file.")
    }
    var assembler = ClusterAssembler(
      objects: reader.objects, defaults: options.defaultRequests, diagnostics: collected)
    var cluster = assembler.assemble()
    try collected.throwIfAny()
    cluster.notices = collected.notices
    return cluster
  }

  private mutating func read(_ input: ManifestInput) {
    if input.bytes.count >= 2 && input.bytes[0] == 0x1f && input.bytes[1] == 0x8b {
      diagnostics.report(
        .init(
          .unsupported, at: SourceLocation(file: input.name), "the file is compressed with gzip",
          fix: "Unpack it with gunzip first."))
      return
    }
    let prefix = input.prefix
    guard let format = formats.first(where: { $0.recognizes(input.name, prefix) }) else { return }
    do throws(InputError) {
      try format.apply(input, options, &reader)
    } catch {
      diagnostics.report(allOf: error)
    }
  }

  private mutating func readFile(_ path: String) {
    // Mapped, so that a huge snapshot costs no memory of its own. Pipes and devices cannot be mapped.
    let type =
      try? FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.type] as? FileAttributeType
    do {
      let data = try Data(
        contentsOf: URL(fileURLWithPath: path), options: type == .typeRegular ? .alwaysMapped : [])
      read(data, name: path, path: path)
    } catch {
      unreadable(path, "the file cannot be read", fix: "Check that you may read it.")
    }
  }

  private mutating func readFolder(_ path: String, depth: Int, skipped: inout [String]) {
    guard depth < 64, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return unreadable(path, "the folder cannot be read", fix: "Check that you may read it.")
    }
    let composeFiles = Self.composeProject(of: names)
    for name in composeFiles { readFile(path.hasSuffix("/") ? path + name : "\(path)/\(name)") }
    for name in names.sorted() where !name.hasPrefix(".") && !composeFiles.contains(name) {
      let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: child, isDirectory: &isFolder) else {
        unreadable(child, "the link leads nowhere", fix: "Remove it.")
        continue
      }
      if isFolder.boolValue {
        // A linked folder could lead back here.
        let attributes = try? FileManager.default.attributesOfItem(atPath: child)
        if attributes?[.type] as? FileAttributeType == .typeSymbolicLink {
          skipped.append(child)
        } else {
          readFolder(child, depth: depth + 1, skipped: &skipped)
        }
      } else if !composeFiles.isEmpty && ComposeReader.recognizes(fileName: name) {
        // An alternative or an overlay to choose by hand, as `docker compose` would have it.
        skipped.append(child)
      } else if Self.isManifest(name) {
        readFile(child)
      } else {
        skipped.append(child)
      }
    }
  }

  /// The default Compose file of a folder and its override, which `docker compose` would take.
  private static func composeProject(of names: [String]) -> [String] {
    guard let base = ComposeReader.defaultNames.first(where: names.contains) else { return [] }
    return [base] + (ComposeReader.overrideNames.first(where: names.contains).map { [$0] } ?? [])
  }

  /// Whether a file of a folder is read.
  private static func isManifest(_ name: String) -> Bool {
    let lowered = name.lowercased()
    let suffixes = [".yaml", ".yml", ".json", ".csv", ".dockerfile", ".containerfile"]
    return suffixes.contains { lowered.hasSuffix($0) } || lowered.hasPrefix("dockerfile")
      || lowered.hasPrefix("containerfile")
  }

  private func unreadable(_ file: String, _ message: String, fix: String? = nil) {
    diagnostics.report(.init(.unreadable, at: SourceLocation(file: file), message, fix: fix))
  }
}
