import BayplanModel

/// A language that inputs are written in. The reader asks each format in turn whether an input is its own.
public struct ManifestFormat: Sendable {
  public var name: String
  /// By the name of the input and the first part of its text.
  public var recognizes: @Sendable (_ name: String, _ prefix: Substring) -> Bool
  typealias Apply =
    @Sendable (ManifestInput, ManifestReader.Options, inout KubernetesReader) throws(InputError) -> Void
  let apply: Apply

  /// A format that adds to a cluster. Pods and nodes that come twice are reported by the reader.
  public init(
    name: String, recognizes: @escaping @Sendable (_ name: String, _ prefix: Substring) -> Bool,
    read: @escaping @Sendable (_ text: String, _ file: String, _ cluster: inout Cluster) throws(InputError) -> Void
  ) {
    self.name = name
    self.recognizes = recognizes
    apply = { (input, _, reader) throws(InputError) in
      var cluster = Cluster()
      try read(try input.text(), input.name, &cluster)
      reader.add(cluster, file: input.name)
    }
  }

  init(
    name: String, recognizes: @escaping @Sendable (_ name: String, _ prefix: Substring) -> Bool,
    apply: @escaping Apply
  ) {
    self.name = name
    self.recognizes = recognizes
    self.apply = apply
  }

  /// In the order in which they are asked. The last takes everything.
  static let builtIn: [ManifestFormat] = [dockerfile, json, compose, kubernetesYAML]

  /// Kubernetes objects as JSON, which never goes through the YAML parser: a snapshot may be huge.
  static let json = ManifestFormat(
    name: "JSON",
    recognizes: { _, prefix in
      guard let first = prefix.first(where: { !$0.isWhitespace }) else { return false }
      // `{{` begins a template, not an object.
      return first == "[" || first == "{" && !prefix.drop { $0.isWhitespace }.hasPrefix("{{")
    },
    apply: { (input, _, reader) throws(InputError) in
      try JSONReader.forEachDocument(in: input.bytes, file: input.name) { (node, listedType) throws(InputError) in
        reader.read(node, file: input.name, listedType: listedType)
      }
    })

  static let kubernetesYAML = ManifestFormat(
    name: "Kubernetes YAML", recognizes: { _, _ in true },
    apply: { (input, _, reader) throws(InputError) in
      for node in try YAMLReader.documents(try input.text(), file: input.name) {
        reader.read(node, file: input.name)
      }
    })
}

/// One input: its bytes, and the name to give in messages.
struct ManifestInput {
  let name: String
  /// Valid while the input is read.
  let bytes: UnsafeRawBufferPointer
  /// Where it lies on disk; nil for a text that was given as such.
  var path: String?

  func text() throws(InputError) -> String { try SourceText.decode(bytes, file: name) }

  /// Enough to tell formats apart. Bytes that are no text are replaced here and reported when all is read.
  var prefix: Substring {
    let text = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    return text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
  }
}
