#if CommandLine
  import Foundation

  /// A web server on the loopback that answers as a test says, rightly or wrongly: a connection for each request.
  final class LoopbackServer: @unchecked Sendable {
    struct Request {
      var path: String
      /// By their names in lower case.
      var headers: [String: String]

      /// Where a range starts.
      var rangeStart: Int? {
        headers["range"].flatMap { $0.hasPrefix("bytes=") ? Int($0.dropFirst(6).dropLast()) : nil }
      }
    }

    struct Reply {
      var status = 200
      var headers: [String: String] = ["ETag": "\"one\""]
      var body = Data()
      /// nil for no `Content-Length`, so that the end of the connection is the end of the body.
      var declaredLength: Int?
      /// Wait so long after the body, which keeps the connection open.
      var stallSeconds = 0.0
      /// Send not even a head.
      var isSilent = false

      static func whole(_ body: Data) -> Reply { Reply(body: body, declaredLength: body.count) }
      static func status(_ status: Int) -> Reply { Reply(status: status, headers: [:], declaredLength: 0) }
      static func redirect(_ location: String) -> Reply {
        Reply(status: 302, headers: ["Location": location], declaredLength: 0)
      }
      static func rest(of body: Data, from start: Int) -> Reply {
        Reply(
          status: 206, headers: ["ETag": "\"one\"", "Content-Range": "bytes \(start)-\(body.count - 1)/\(body.count)"],
          body: body.dropFirst(start), declaredLength: body.count - start)
      }
    }

    private let descriptor: Int32
    let port: UInt16
    private let answer: @Sendable (Request) -> Reply
    private let lock = NSLock()
    private var log: [Request] = []
    private var isStopped = false

    /// A proxy from the environment would be asked for 127.0.0.1, too.
    private static let ignoreProxies: Void = { setenv("no_proxy", "127.0.0.1", 1) }()

    init(_ answer: @escaping @Sendable (Request) -> Reply) {
      Self.ignoreProxies
      self.answer = answer
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      port = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (bound) -> Void in
          guard bind(descriptor, bound, length) == 0, listen(descriptor, 64) == 0 else { return }
          _ = getsockname(descriptor, bound, &length)
        }
        return UInt16(bigEndian: pointer.pointee.sin_port)
      }
      precondition(port != 0, "no port on the loopback")
      let thread = Thread { [self] in accepting() }
      thread.start()
    }

    var requests: [Request] { lock.withLock { log } }

    func address(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    func stop() {
      lock.withLock { isStopped = true }
      shutdown(descriptor, Int32(SHUT_RDWR))
      close(descriptor)
    }

    private func accepting() {
      while !lock.withLock({ isStopped }) {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        Thread { [self] in
          serve(connection)
          close(connection)
        }.start()
      }
    }

    private func serve(_ connection: Int32) {
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 4096)
      while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
        let count = recv(connection, &chunk, chunk.count, 0)
        if count <= 0 { return }
        bytes += chunk[..<count]
      }
      let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
      var request = Request(path: String(lines[0].split(separator: " ")[1].dropFirst()), headers: [:])
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        request.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
          in: .whitespaces)
      }
      lock.withLock { log.append(request) }
      let reply = answer(request)
      if !reply.isSilent {
        var head = "HTTP/1.1 \(reply.status) Test\r\nConnection: close\r\n"
        for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
        if let length = reply.declaredLength { head += "Content-Length: \(length)\r\n" }
        send(Data((head + "\r\n").utf8) + reply.body, to: connection)
      }
      let end = Date().addingTimeInterval(reply.stallSeconds)
      while Date() < end && !lock.withLock({ isStopped }) { usleep(10_000) }
    }

    private func send(_ data: Data, to connection: Int32) {
      data.withUnsafeBytes { bytes in
        var rest = bytes
        while !rest.isEmpty {
          let count = Foundation.send(connection, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
          if count <= 0 { return }
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
      }
    }
  }
#endif
