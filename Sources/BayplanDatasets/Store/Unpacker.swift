#if CommandLine
  import Foundation

  /// Unpacks archives with the system's programs, without a shell.
  struct Unpacker {
    /// Bytes after which an archive is a bomb.
    var limit: Int64
    var isCancelled: @Sendable () -> Bool

    /// Unpacks into a folder, which is new.
    ///
    /// No program is trusted to stay inside it: names are looked at before, and what is there afterwards.
    /// - Throws: `DataSetError` for a missing program, a broken archive, and one with an absolute path, a `..`, a link or
    ///   anything else that is neither file nor folder.
    func unpack(
      _ archive: String, packing: DataSet.Download.Packing, to folder: String, name: String
    ) throws(DataSetError) {
      switch packing {
      case .none: break
      case .gz:
        try run(tool(["gzip"]), ["-dc", archive], subject: archive, output: "\(folder)/\(name)", watching: folder)
      case .tarGz, .tarXz:
        let flag = packing == .tarGz ? "-z" : "-J"
        try unpack(
          archive, with: tool(["tar", "bsdtar"]), list: ["-t", flag, "-f", archive],
          extract: ["-x", flag, "-f", archive, "-C", folder], folder)
      case .rar:
        let program = try tool(["unrar", "bsdtar"])
        let isTar = program.hasSuffix("tar")
        try unpack(
          archive, with: program, list: isTar ? ["-t", "-f", archive] : ["lb", "-p-", archive],
          extract: isTar ? ["-x", "-f", archive, "-C", folder] : ["x", "-p-", "-o-", "-idq", archive, folder + "/"],
          folder)
      }
    }

    private func unpack(
      _ archive: String, with program: String, list: [String], extract: [String], _ folder: String
    ) throws(DataSetError) {
      let listing = folder + ".names"
      defer { unlink(listing) }
      try run(program, list, subject: archive, output: listing, watching: listing)
      let names = (try? String(contentsOfFile: listing, encoding: .utf8))?.split(separator: "\n") ?? []
      for name in names where name.hasPrefix("/") || name.split(separator: "/").contains("..") || name.contains("\\") {
        throw DataSetError(
          .archive, archive, "it would write outside its folder: '\(name)'",
          fix: "This is not the archive of the catalogue: do not use it.")
      }
      try run(program, extract, subject: archive, output: "/dev/null", watching: folder)
    }

    /// The regular files below a folder, by their last name.
    /// - Throws: `DataSetError` for anything else there but folders, and for two files of one name.
    static func files(below folder: String) throws(DataSetError) -> [String: String] {
      var result: [String: String] = [:]
      for path in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
        var status = stat()
        guard lstat("\(folder)/\(path)", &status) == 0 else { continue }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR { continue }
        guard kind == S_IFREG, status.st_nlink == 1 else {
          throw DataSetError(
            .archive, path, "it is a link, or no file at all",
            fix: "This is not the archive of the catalogue: do not use it.")
        }
        let name = String(path.split(separator: "/").last ?? "")
        guard result.updateValue("\(folder)/\(path)", forKey: name) == nil else {
          throw DataSetError(.archive, path, "two files have this name")
        }
      }
      return result
    }

    /// The first of these programs on the system's own path.
    private func tool(_ names: [String]) throws(DataSetError) -> String {
      let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      for name in names {
        for folder in folders where folder.hasPrefix("/") {
          let path = "\(folder)/\(name)"
          if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
      }
      let packages = ["unrar": "unrar, or bsdtar (libarchive-tools)", "gzip": "gzip", "tar": "tar and xz"]
      throw DataSetError(
        .missingTool, names.joined(separator: " or "), "there is no such program to unpack with",
        fix: "Install \(packages[names[0]] ?? names[0]), or use a --mirror with the unpacked or otherwise packed set.")
    }

    private func run(
      _ program: String, _ arguments: [String], subject: String, output: String, watching folder: String
    ) throws(DataSetError) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
      process.standardInput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      if output != "/dev/null" { _ = FileManager.default.createFile(atPath: output, contents: nil) }
      guard let handle = FileHandle(forWritingAtPath: output) else {
        throw DataSetError(.file, output, "it cannot be written")
      }
      defer { try? handle.close() }
      process.standardOutput = handle
      do {
        try process.run()
      } catch {
        throw DataSetError(.missingTool, program, "it cannot be run")
      }
      while process.isRunning {
        let size = Self.size(of: folder)
        if size > limit || isCancelled() {
          // Not asked: it may hang.
          kill(process.processIdentifier, SIGKILL)
          process.waitUntilExit()
          if size <= limit { throw DataSetError(.cancelled, subject, "interrupted") }
          throw tooLarge(subject)
        }
        usleep(10_000)
      }
      process.waitUntilExit()
      if Self.size(of: folder) > limit { throw tooLarge(subject) }
      guard process.terminationStatus == 0 else {
        throw DataSetError(
          .archive, subject, "\(program) cannot unpack it (exit code \(process.terminationStatus))",
          fix: "The archive is broken, or a program that \(program) needs (xz, gzip) is missing.")
      }
    }

    private func tooLarge(_ subject: String) -> DataSetError {
      DataSetError(
        .tooLarge, subject, "unpacked it is longer than the set is (\(limit) bytes are allowed)",
        fix: "This is not the archive of the catalogue: do not use it.")
    }

    /// Of a file, or of all below a folder, in bytes.
    private static func size(of path: String) -> Int64 {
      var status = stat()
      guard lstat(path, &status) == 0 else { return 0 }
      guard status.st_mode & S_IFMT == S_IFDIR else { return Int64(status.st_size) }
      var sum: Int64 = 0
      for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? []
      where lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG {
        sum += Int64(status.st_size)
      }
      return sum
    }
  }
#endif
