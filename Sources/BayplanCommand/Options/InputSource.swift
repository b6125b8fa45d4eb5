#if CommandLine
  import Bayplan
  import Foundation

  /// One named input: a file, a folder, or standard input.
  struct InputSource {
    enum Language {
      /// One of Bayplan's own documents.
      case document
      case openB
      /// Kubernetes, Compose, Dockerfile, node pools: told apart by their reader.
      case manifest
    }

    let path: String
    /// What stands in messages.
    var name: String { path == "-" ? "standard input" : path }
    let isFolder: Bool
    /// Standard input can be read once only, so it is held; a file is read when it is asked for.
    let held: [UInt8]?

    /// - Throws: `InputError` for a file that does not exist.
    init(path: String) throws(InputError) {
      self.path = path
      if path == "-" {
        isFolder = false
        do {
          held = Array(try FileHandle.standardInput.readToEnd() ?? Data())
        } catch {
          throw InputError(
            .unreadable, at: SourceLocation(file: "standard input"), "it cannot be read",
            fix: "Give a file, or pipe something in.")
        }
        return
      }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw InputError(.unreadable, at: SourceLocation(file: path), "there is no such file or folder")
      }
      self.isFolder = isFolder.boolValue
      held = nil
    }

    /// What `body` finds wrong, with the name of this source, and the part of it, where that is missing.
    func naming<Value>(
      _ part: String? = nil, _ body: () throws(InputError) -> Value
    ) throws(InputError) -> Value {
      do {
        return try body()
      } catch {
        throw InputError(
          error.problems.map { problem in
            var problem = problem
            if problem.location == nil { problem.location = SourceLocation(file: name) }
            if let part { problem.object = [part, problem.object].compactMap { $0 }.joined(separator: ".") }
            return problem
          })
      }
    }

    func contents() throws(InputError) -> [UInt8] {
      if let held { return held }
      do {
        return Array(try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe))
      } catch {
        throw InputError(
          .unreadable, at: SourceLocation(file: path), isFolder ? "it is a folder" : "the file cannot be read")
      }
    }

    /// Told by the first few hundred bytes.
    var language: Language {
      if isFolder { return .manifest }
      let head: [UInt8]
      if let held {
        head = Array(held.prefix(512))
      } else {
        guard let handle = FileHandle(forReadingAtPath: path) else { return .manifest }
        defer { try? handle.close() }
        head = (try? handle.read(upToCount: 512)).flatMap { $0 }.map(Array.init) ?? []
      }
      let text = Substring(String(decoding: head, as: UTF8.self))
      if text.first == "{" && text.contains("\"schema\": \"bayplan/") { return .document }
      let table = text.unicodeScalars.first == "\u{FEFF}" ? text.dropFirst() : text
      return OpenB.recognizes(table) ? .openB : .manifest
    }
  }

  extension FileManager {
    /// Whether it is there and no folder.
    func isFile(atPath path: String) -> Bool {
      var isFolder: ObjCBool = false
      return fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
  }
#endif
