#if CommandLine
  import Bayplan
  import Foundation

  /// A result that could not be written.
  struct OutputError: Error {
    var message: String
  }

  /// Data goes to stdout or, whole or not at all, to a file; everything else to stderr.
  enum Output {
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    static func log(_ message: String) { _ = write(Data((message + "\n").utf8), to: STDERR_FILENO) }

    /// Writes to the file through a temporary one beside it, or to stdout. A reader that went away is no failure.
    static func emit(_ text: String, to path: String?) throws(OutputError) { try emit(Data(text.utf8), to: path) }

    static func emit(_ text: Data, to path: String?) throws(OutputError) {
      guard let path else {
        let code = write(text, to: STDOUT_FILENO)
        if code != 0 && code != EPIPE { throw OutputError(message: "cannot write: \(String(cString: strerror(code)))") }
        return
      }
      let target = target(of: path)
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: target, isDirectory: &isFolder), isFolder.boolValue {
        throw OutputError(message: "cannot write \(path): it is a folder")
      }
      if !canReplace(target) {
        // A device or a pipe cannot be replaced by renaming.
        let descriptor = open(target, O_WRONLY)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        let code = write(text, to: descriptor)
        if code != 0 { throw OutputError(message: "cannot write \(path): \(String(cString: strerror(code)))") }
        return
      }
      let temporary = target + ".part-\(getpid())"
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw failure(path) }
      let code = write(text, to: descriptor)
      let isClosed = close(descriptor) == 0
      guard code == 0, isClosed, rename(temporary, target) == 0 else {
        let reason = code != 0 ? code : errno
        unlink(temporary)
        throw OutputError(message: "cannot write \(path): \(String(cString: strerror(reason)))")
      }
    }

    private static func failure(_ path: String) -> OutputError {
      OutputError(message: "cannot write \(path): \(String(cString: strerror(errno)))")
    }

    /// A link keeps pointing where it points; the file behind it is replaced.
    static func target(of path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// A regular file, or none.
    static func canReplace(_ path: String) -> Bool {
      var status = stat()
      return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// - Returns: 0, or the number of the error.
    private static func write(_ data: Data, to descriptor: Int32) -> Int32 {
      data.withUnsafeBytes { bytes in
        var rest = bytes
        while !rest.isEmpty {
          let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
          if count < 0 {
            if errno == EINTR { continue }
            return errno
          }
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return 0
      }
    }
  }
#endif
