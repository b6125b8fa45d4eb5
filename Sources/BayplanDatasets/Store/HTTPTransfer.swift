#if CommandLine
  import Foundation
  import Synchronization

  #if canImport(FoundationNetworking)
    import FoundationNetworking
  #endif

  /// One answer of a server, written to a file as it comes. Synchronous; the session is its own.
  ///
  /// Redirects are reported, not followed: who asks decides. `URLSession`'s own time-outs are not relied on: a clock
  /// here is set back by every answer and every byte.
  final class HTTPTransfer: NSObject, URLSessionDataDelegate {
    enum Outcome: Sendable {
      case complete
      /// Where to, resolved against the address.
      case redirect(URL)
      case status(Int)
      case tooLarge
      case stalled
      case cancelled
      /// The file cannot be written: the number of the error.
      case unwritable(Int32)
      case broken(String)
    }

    private struct State {
      var lastProgress = ContinuousClock.now
      var outcome: Outcome?
      var received: Int64 = 0
      var expected: Int64?
    }

    private let part: PartFile
    private let limit: Int64
    private let state = Mutex(State())
    private let done = DispatchSemaphore(value: 0)

    /// - Parameter limit: The most bytes that the file may have in the end.
    init(into part: PartFile, limit: Int64) {
      self.part = part
      self.limit = limit
    }

    /// Runs to the end, or until nothing has come for `timeout` seconds, or `isCancelled` says so.
    func run(_ request: URLRequest, timeout: Double, isCancelled: () -> Bool) -> Outcome {
      let configuration = URLSessionConfiguration.ephemeral
      configuration.timeoutIntervalForRequest = timeout * 4
      configuration.httpShouldSetCookies = false
      let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
      defer { session.invalidateAndCancel() }
      let task = session.dataTask(with: request)
      task.resume()
      while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
        let (idle, isEnding) = state.withLock { (ContinuousClock.now - $0.lastProgress, $0.outcome != nil) }
        let isStalled = idle > .seconds(timeout)
        // With an outcome the task ends by itself.
        if isEnding && !isStalled { continue }
        guard isStalled || isCancelled() else { continue }
        end(task, isStalled ? .stalled : .cancelled)
        break
      }
      // Nothing is written once the outcome stands.
      return state.withLock { $0.outcome ?? .broken("no answer") }
    }

    private func end(_ task: URLSessionTask, _ outcome: Outcome) {
      state.withLock { if $0.outcome == nil { $0.outcome = outcome } }
      task.cancel()
    }

    func urlSession(
      _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
      newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
      state.withLock { state in
        state.lastProgress = .now
        if state.outcome == nil { state.outcome = Self.redirect(response) ?? .broken("a redirect to nowhere") }
      }
      // Not followed, the redirect becomes the response, and the task ends. It must not be cancelled meanwhile:
      // swift-corelibs-foundation aborts the process if it is.
      completionHandler(nil)
    }

    private static func redirect(_ response: HTTPURLResponse) -> Outcome? {
      guard [301, 302, 303, 307, 308].contains(response.statusCode), let base = response.url,
        let location = response.value(forHTTPHeaderField: "Location"),
        let target = URL(string: location, relativeTo: base)
      else { return nil }
      return .redirect(target.absoluteURL)
    }

    func urlSession(
      _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
      completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
      let isWanted = state.withLock { state in
        state.lastProgress = .now
        if state.outcome != nil { return true }
        state.outcome = begin(response, &state)
        return state.outcome == nil
      }
      completionHandler(isWanted ? .allow : .cancel)
    }

    /// - Returns: What ends the transfer; nil to go on.
    private func begin(_ response: URLResponse, _ state: inout State) -> Outcome? {
      guard let response = response as? HTTPURLResponse else { return .broken("this is no HTTP") }
      if let redirect = Self.redirect(response) { return redirect }
      switch response.statusCode {
      case 200:
        // All of it, whatever was asked for.
        if let code = part.restart() { return .unwritable(code) }
      case 206:
        let range = response.value(forHTTPHeaderField: "Content-Range") ?? ""
        guard range.hasPrefix("bytes \(part.length)-") else { return .broken("it answers another range: '\(range)'") }
      default: return .status(response.statusCode)
      }
      part.remember(validator: Self.validator(response))
      if response.expectedContentLength >= 0 {
        state.expected = response.expectedContentLength
        if part.length + response.expectedContentLength > limit { return .tooLarge }
      }
      return nil
    }

    /// What says that a later answer continues this one: a strong entity tag, else the date (RFC 9110, 13.1.5).
    private static func validator(_ response: HTTPURLResponse) -> String? {
      if let tag = response.value(forHTTPHeaderField: "ETag"), !tag.hasPrefix("W/") { return tag }
      return response.value(forHTTPHeaderField: "Last-Modified")
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
      let outcome = state.withLock { state -> Outcome? in
        state.lastProgress = .now
        if state.outcome == nil {
          state.received += Int64(data.count)
          if part.length + Int64(data.count) > limit {
            state.outcome = .tooLarge
          } else if let code = part.append(data) {
            state.outcome = .unwritable(code)
          }
        }
        return state.outcome
      }
      if outcome != nil { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
      state.withLock { state in
        if state.outcome != nil { return }
        if let error {
          state.outcome = .broken(error.localizedDescription)
        } else if let expected = state.expected, state.received < expected {
          state.outcome = .broken("it ends after \(state.received) of \(expected) bytes")
        } else {
          state.outcome = .complete
        }
      }
      done.signal()
    }
  }
#endif
