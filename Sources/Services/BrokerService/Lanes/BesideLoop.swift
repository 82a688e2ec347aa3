internal import Runtime

/// Runs `work` beside the loops, and then `completion` on `loop`, where this is called: for what would hold a loop up.
func besideLoop<Answer: Sendable>(
  _ loop: EventLoop, _ work: @escaping @Sendable () -> Answer, completion: @escaping (Answer) -> Void
) {
  let completion = LoopBound(completion, on: loop)
  Task.detached(priority: .high) {
    let answer = work()
    loop.execute { completion.value(answer) }
  }
}
