#if CommandLine
  import Bayplan
  import Foundation

  /// Reads the instances that `bayplan pack` is given.
  enum PackingInput {
    private static let extensions: Set<String> = ["txt", "bpp", "csp", "vbp", "mvp", "json"]

    /// All of them, or everything that is wrong with any.
    static func problems(_ paths: [String]) throws(InputError) -> [PackingProblem] {
      var result: [PackingProblem] = []
      var faults: [InputError.Problem] = []
      for path in paths {
        do throws(InputError) {
          let source = try InputSource(path: path)
          if source.isFolder {
            for file in try files(in: path) {
              do throws(InputError) {
                result.append(try problem(InputSource(path: file)))
              } catch {
                faults += error.problems
              }
            }
          } else {
            result.append(try problem(source))
          }
        } catch {
          faults += error.problems
        }
      }
      if !faults.isEmpty { throw InputError(faults) }
      return result
    }

    /// Files of a known kind, in order of their names.
    private static func files(in folder: String) throws(InputError) -> [String] {
      let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      let files = names.filter { extensions.contains(($0 as NSString).pathExtension.lowercased()) }
        .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        .map { (folder as NSString).appendingPathComponent($0) }
      if files.isEmpty {
        throw InputError(
          .empty, at: SourceLocation(file: folder), "there is no instance in this folder",
          fix: "Instances end in \(extensions.sorted().map { "." + $0 }.joined(separator: ", ")).")
      }
      return files
    }

    private static func problem(_ source: InputSource) throws(InputError) -> PackingProblem {
      var bytes = try source.contents()
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
      let name = ((source.path as NSString).lastPathComponent as NSString).deletingPathExtension
      if bytes.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{") {
        let value = try JSONReader.read(bytes, file: source.name)
        return try source.naming { () throws(InputError) in try PackingDocument.problem(from: value, name: name) }
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw InputError(.syntax, at: SourceLocation(file: source.name), "this is not text")
      }
      return try PackingFormat(fileName: source.path).read(text, file: source.name, name: name)
    }
  }
#endif
