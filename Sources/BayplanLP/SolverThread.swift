import Glibc
import Synchronization

/// Runs `body` on a thread of its own with a large stack, waits for it, and frees the thread's solver environment.
///
/// This is how a solve belongs to one thread from beginning to end: problems that `body` creates are used and freed
/// there, which no task or pool thread can promise. Task-local values do not follow, except ``SolverFault/current``.
///
/// If the system has no thread to give, `body` runs here instead, and the environment of this thread is left alone
/// because it may hold problems of the caller.
///
/// - Parameter stackSize: Bytes. Search trees recurse, and a pool thread's stack may be as small as 512 KiB.
public func onSolverThread<R: Sendable, E: Error>(
  stackSize: Int = 64 << 20, _ body: @Sendable () throws(E) -> R
) throws(E) -> R {
  let fault = SolverFault.current
  let outcome: Result<R, E> = withoutActuallyEscaping(body) { body in
    let launch = Launch<R, E> { () throws(E) -> R in
      var outcome: Result<R, E>?
      SolverFault.$current.withValue(fault) { outcome = Result(catching: body) }
      return try outcome!.get()
    }
    if !launch.runOnThread(stackSize: stackSize) { launch.run() }
    return launch.outcome!
  }
  return try outcome.get()
}

/// Runs `body` once for each index below `count`, lowest first, on as many threads: this one, and others with a solver
/// environment each that is freed at their end. Waits for all of them. `body` is told which thread it is on, from 0.
///
/// Where the system has no thread to give, the others do its part.
public func onSolverThreads(
  _ threads: Int, sharing count: Int, stackSize: Int = 64 << 20,
  _ body: @Sendable (_ thread: Int, _ index: Int) -> Void
) {
  let fault = SolverFault.current
  let next = Atomic(0)
  func work(_ thread: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { return }
      body(thread, index)
    }
  }
  withoutActuallyEscaping(work) { work in
    let launches = (1..<max(1, threads)).map { thread in
      Launch<Void, Never> { SolverFault.$current.withValue(fault) { work(thread) } }
    }
    let running = launches.map { $0.start(stackSize: stackSize) }
    work(0)
    for case let thread? in running { pthread_join(thread, nil) }
  }
}

/// What a thread needs to know, without type parameters: a C function pointer cannot have any.
private class AnyLaunch {
  func run() {}

  /// False if there was no thread.
  func runOnThread(stackSize: Int) -> Bool {
    guard let thread = start(stackSize: stackSize) else { return false }
    pthread_join(thread, nil)
    return true
  }

  /// Begins to run on a thread, which the caller has to join; nil if there was none.
  func start(stackSize: Int) -> pthread_t? {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let pages = (max(stackSize, 1 << 20) + page - 1) / page
    pthread_attr_setstacksize(&attributes, pages * page)
    var thread = pthread_t()
    // The thread holds `self`: the caller's last use of it may be before the thread's first. The join orders what the
    // thread wrote before what the caller reads.
    let context = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, &attributes,
      { context in
        Unmanaged<AnyLaunch>.fromOpaque(context!).takeRetainedValue().run()
        LinearSolverAvailability.freeEnvironment()
        return nil
      }, context.toOpaque())
    if status == 0 { return thread }
    context.release()
    return nil
  }
}

private final class Launch<R, E: Error>: AnyLaunch {
  let body: () throws(E) -> R
  var outcome: Result<R, E>?

  init(_ body: @escaping () throws(E) -> R) { self.body = body }

  override func run() { outcome = Result(catching: body) }
}
