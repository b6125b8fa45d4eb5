#if CommandLine
  import Foundation

  /// A folder for what a bench needs while it runs. It goes with the process: at the end, or, where that was sudden, when
  /// the next bench begins.
  final class ScratchFolder {
    let path: String
    private let lock: Int32

    private static let prefix = "bayplan-bench-"
    private static let lockName = "in-use"

    /// - Throws: `OutputError` if it cannot be made.
    init() throws(OutputError) {
      let parent = FileManager.default.temporaryDirectory.path
      Self.removeAbandoned(in: parent)
      var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else {
        throw OutputError(message: "cannot make a folder in \(parent): \(String(cString: strerror(errno)))")
      }
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      // Locked before it has its name: nobody takes it for abandoned in between.
      let unnamed = "\(path)/\(Self.lockName).new"
      lock = open(unnamed, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      if lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0 { rename(unnamed, "\(path)/\(Self.lockName)") }
    }

    deinit {
      try? FileManager.default.removeItem(atPath: path)
      if lock >= 0 { close(lock) }
    }

    /// Those of this user whose lock nobody holds any more. One without a lock is about to get it.
    private static func removeAbandoned(in parent: String) {
      let files = FileManager.default
      for name in (try? files.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
        let folder = "\(parent)/\(name)"
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
          continue
        }
        let lock = open("\(folder)/\(lockName)", O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        if lock < 0 { continue }
        if flock(lock, LOCK_EX | LOCK_NB) == 0 { try? files.removeItem(atPath: folder) }
        close(lock)
      }
    }
  }
#endif
