#if CommandLine
  import Foundation

  #if canImport(FoundationNetworking)
    import FoundationNetworking
  #endif

  /// Fetches single files over HTTP or HTTPS.
  struct Downloader {
    /// Seconds without an answer or a byte after which a server has stalled.
    var timeout: Double
    var isCancelled: @Sendable () -> Bool

    private static let redirectLimit = 5

    /// Fetches an address to a file: all of it or, on an error, at most a `.part` that the next attempt resumes.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that are taken.
    ///   - sha256: Of the file; nil if its content is checked elsewhere.
    /// - Throws: `DataSetError`.
    func fetch(_ address: String, to target: String, limit: Int64, sha256: String?) throws(DataSetError) {
      guard let url = URL(string: address), Self.isWeb(url) else {
        throw DataSetError(.network, address, "this is no http or https address")
      }
      let part = try PartFile(path: target + ".part")
      // A session lets go of its transfer some time after its end.
      defer { part.release() }
      do throws(DataSetError) {
        while true {
          let isResumed = part.validator != nil
          try transfer(url, address, into: part, limit: limit)
          guard let sha256 else { break }
          let found = try Digest.hex(file: part.path)
          if found == sha256 { break }
          if let code = part.restart() { throw unwritable(code, part) }
          // What was there before may have been wrong; what came from the start is what the server has.
          if isResumed { continue }
          throw DataSetError(
            .mismatch, address, "its SHA-256 is \(found), the catalogue says \(sha256)",
            fix: "The file at the origin has changed, or something on the way changes it. Maybe try --mirror.")
        }
        try part.finish(as: target)
      } catch {
        if part.validator == nil { part.discard() }
        throw error
      }
    }

    private func transfer(_ start: URL, _ address: String, into part: PartFile, limit: Int64) throws(DataSetError) {
      var url = start
      var visited: Set<URL> = [start]
      var mayResume = true
      while true {
        var request = URLRequest(url: url)
        // What is hashed is what is sent, and a range counts bytes of it.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        request.setValue("bayplan", forHTTPHeaderField: "User-Agent")
        if mayResume, let validator = part.validator {
          request.setValue("bytes=\(part.length)-", forHTTPHeaderField: "Range")
          request.setValue(validator, forHTTPHeaderField: "If-Range")
        }
        let outcome = HTTPTransfer(into: part, limit: limit).run(request, timeout: timeout, isCancelled: isCancelled)
        switch outcome {
        case .complete: return
        case .redirect(let target):
          if let fault = Self.fault(ofRedirectFrom: url, to: target) { throw DataSetError(.network, address, fault) }
          guard visited.insert(target).inserted, visited.count <= Self.redirectLimit + 1 else {
            throw DataSetError(
              .network, address, "it redirects in a circle, or more than \(Self.redirectLimit) times",
              fix: "Maybe try another --mirror.")
          }
          url = target
        case .status(416) where mayResume && part.length > 0:
          if let code = part.restart() { throw unwritable(code, part) }
          mayResume = false
        case .status(let code):
          let isAbsent = code == 404 || code == 410
          throw DataSetError(
            isAbsent ? .notFound : .network, address, "the server answers \(code)",
            fix: isAbsent ? "Maybe the address has changed; try --mirror." : "Maybe try again later.")
        case .tooLarge:
          if let code = part.restart() { throw unwritable(code, part) }
          throw DataSetError(
            .tooLarge, address, "it is longer than the \(limit) bytes that the catalogue allows",
            fix: "The file at the origin has changed. Maybe try --mirror.")
        case .stalled:
          throw DataSetError(.stalled, address, "nothing came for \(timeout) s", fix: again(part))
        case .cancelled: throw DataSetError(.cancelled, address, "interrupted", fix: again(part))
        case .unwritable(let code): throw unwritable(code, part)
        case .broken(let reason):
          throw DataSetError(.network, address, "the transfer failed: \(reason)", fix: again(part))
        }
      }
    }

    /// Why a redirect is not followed; nil for one that is.
    static func fault(ofRedirectFrom url: URL, to target: URL) -> String? {
      if !isWeb(target) { return "it redirects to \(target.absoluteString), which is no web address" }
      let isDowngrade = url.scheme?.lowercased() == "https" && target.scheme?.lowercased() != "https"
      return isDowngrade ? "it redirects from https to http: \(target.absoluteString)" : nil
    }

    private func again(_ part: PartFile) -> String {
      part.validator == nil
        ? "Maybe try again later, or use --mirror." : "What has come is kept: the same command goes on from there."
    }

    private func unwritable(_ code: Int32, _ part: PartFile) -> DataSetError {
      DataSetError(.file, part.path, "it cannot be written: \(String(cString: strerror(code)))")
    }

    static func isWeb(_ url: URL) -> Bool {
      let scheme = url.scheme?.lowercased()
      return (scheme == "http" || scheme == "https") && url.host != nil
    }
  }
#endif
