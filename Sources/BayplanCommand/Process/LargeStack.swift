#if CommandLine
  import Dispatch
  import Foundation

  /// Runs `body` on a thread with room for deep recursion and waits for it.
  func onLargeStack<Value>(_ body: @escaping () throws -> Value) throws -> Value {
    nonisolated(unsafe) let body = body
    nonisolated(unsafe) var outcome: Result<Value, any Error>?
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      outcome = Result(catching: body)
      done.signal()
    }
    thread.stackSize = 256 << 20
    thread.start()
    done.wait()
    return try outcome!.get()
  }
#endif
