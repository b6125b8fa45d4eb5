#if CommandLine
  import Foundation

  /// Runs `body` on a thread with room for deep recursion and waits for it.
  func onLargeStack<Value>(_ body: @escaping () throws -> Value) throws -> Value {
    var outcome: Result<Value, any Error>?
    let work = StackWork { outcome = Result(catching: body) }
    work.run(withStackOf: stackSize)
    return try outcome!.get()
  }

  /// Of an address space that is limited an eighth: the rest is to work with.
  private var stackSize: Int {
    var limit = rlimit()
    let isLimited = getrlimit(RLIMIT_ADDRESS_SPACE, &limit) == 0 && limit.rlim_cur < UInt64(1) << 40
    return isLimited ? min(256 << 20, max(1 << 20, Int(limit.rlim_cur) / 8 / 4096 * 4096)) : 256 << 20
  }

  #if os(Linux)
    private let RLIMIT_ADDRESS_SPACE = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    private let RLIMIT_ADDRESS_SPACE = RLIMIT_AS
  #endif

  private final class StackWork {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    func run(withStackOf bytes: Int) {
      #if os(Linux)
        // Not a `Thread`: one that cannot be made for want of memory is waited for without end.
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, bytes)
        var thread = pthread_t()
        let code = pthread_create(
          &thread, &attributes,
          { argument in
            Unmanaged<StackWork>.fromOpaque(argument!).takeUnretainedValue().body()
            return nil
          }, Unmanaged.passUnretained(self).toOpaque())
        // With the stack that there is.
        if code != 0 { return body() }
        withExtendedLifetime(self) { _ = pthread_join(thread, nil) }
      #else
        nonisolated(unsafe) let body = body
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
          body()
          done.signal()
        }
        thread.stackSize = bytes
        thread.start()
        done.wait()
      #endif
    }
  }
#endif
