#if CommandLine
  import Foundation

  /// A file that is being fetched: `NAME.part`, and beside it `NAME.part.tag`, what the server called the version.
  ///
  /// Locked, so that two processes do not write one. Not Sendable by itself: one transfer uses it at a time.
  final class PartFile: @unchecked Sendable {
    let path: String
    private var descriptor: Int32
    private(set) var length: Int64

    private var tagPath: String { path + ".tag" }

    /// Opens what is there, or a new one.
    init(path: String) throws(DataSetError) {
      self.path = path
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
      length = 0
      guard descriptor >= 0 else { throw DataSetError(.file, path, String(cString: strerror(errno))) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        descriptor = -1
        throw DataSetError(.file, path, "another process is fetching it", fix: "Wait until it is done.")
      }
      length = Int64(lseek(descriptor, 0, SEEK_END))
    }

    deinit { release() }

    /// Closes and unlocks it. Whoever still holds it may not write any more.
    func release() {
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }

    /// With what the rest can be asked for; nil if it has to come from the start.
    var validator: String? {
      guard length > 0, let tag = try? String(contentsOfFile: tagPath, encoding: .utf8), !tag.isEmpty else {
        return nil
      }
      return tag
    }

    func remember(validator: String?) {
      if let validator, (try? validator.write(toFile: tagPath, atomically: true, encoding: .utf8)) != nil { return }
      unlink(tagPath)
    }

    /// - Returns: The number of the error, or nil.
    func restart() -> Int32? {
      guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return errno }
      length = 0
      return nil
    }

    /// - Returns: The number of the error, or nil.
    func append(_ data: Data) -> Int32? {
      data.withUnsafeBytes { bytes in
        var rest = bytes
        while !rest.isEmpty {
          let count = write(descriptor, rest.baseAddress, rest.count)
          if count < 0 {
            if errno == EINTR { continue }
            return errno
          }
          length += Int64(count)
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return nil
      }
    }

    /// What cannot be resumed goes.
    func discard() {
      unlink(path)
      unlink(tagPath)
    }

    /// Gives the complete file its name.
    func finish(as target: String) throws(DataSetError) {
      guard fsync(descriptor) == 0, rename(path, target) == 0 else {
        throw DataSetError(.file, target, String(cString: strerror(errno)))
      }
      unlink(tagPath)
    }
  }
#endif
