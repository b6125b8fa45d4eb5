#if CommandLine
  import Foundation

  /// One bench at a time on a store: two would make the same runs. Ends with the process, however that ends.
  final class StoreLock {
    private let descriptor: Int32
    private let path: String

    /// - Throws: `OutputError` if another bench is at work on the store.
    init(store: String) throws(OutputError) {
      path = store + ".lock"
      descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw OutputError(message: "cannot write \(path): \(String(cString: strerror(errno)))")
      }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        close(descriptor)
        throw OutputError(message: "another bench is at work on \(store): wait for it, or take another --store")
      }
    }

    deinit {
      unlink(path)
      close(descriptor)
    }
  }
#endif
