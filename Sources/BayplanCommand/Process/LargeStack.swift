#if CommandLine
  import Foundation

  /// Runs `body` on a thread with room for deep recursion and waits for it. Where memory is limited the room is less, down
  /// to the stack that there is already.
  func onLargeStack<Value>(_ body: @escaping () throws -> Value) throws -> Value {
    var outcome: Result<Value, any Error>?
    let work = StackWork { outcome = Result(catching: body) }
    if !work.run(withMegabytes: [256, 64, 16]) { work.body() }
    return try outcome!.get()
  }

  private final class StackWork {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    /// - Returns: whether it was run: false if there is no room for the smallest.
    func run(withMegabytes sizes: [Int]) -> Bool {
      for megabytes in sizes {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, megabytes << 20)
        var thread = pthread_t()
        let code = pthread_create(
          &thread, &attributes,
          { argument in
            Unmanaged<StackWork>.fromOpaque(argument!).takeUnretainedValue().body()
            return nil
          }, Unmanaged.passUnretained(self).toOpaque())
        if code == 0 { return withExtendedLifetime(self) { pthread_join(thread, nil) == 0 } }
      }
      return false
    }
  }
#endif
