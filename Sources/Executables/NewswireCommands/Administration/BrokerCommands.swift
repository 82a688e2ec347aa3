internal import Configuration
internal import NewswireClient

/// `newswire brokers drain` and `newswire brokers remove`.
enum BrokerCommands {
  private static let id = CommandArgument("ID", .number(1...Int32.max), help: "the broker's id")
  private static let cancel = CommandFlag("cancel", help: "end the draining: the broker may hold new partitions again")
  private static let wait = CommandFlag("wait", help: "wait until the broker is empty")
  private static let pause = Duration.milliseconds(500)

  static let drain = Command(
    "drain", summary: "move everything away from a broker: first what it leads, then its replicas",
    details: """
      The broker goes on serving meanwhile, and gets nothing new. When it is empty it can be stopped and removed. What no \
      other broker can take stays until there is one.
      """,
    arguments: [id], options: [cancel, wait, CommonOptions.dryRun],
    examples: [
      .init("and wait until it is empty", "newswire brokers drain 3 --wait"),
      .init("keep it after all", "newswire brokers drain 3 --cancel"),
    ],
    action: inCluster { client, arguments in
      let broker = arguments.value(id)
      let isDry = arguments.contains(CommonOptions.dryRun)
      func ask() async throws -> (leadersLeft: Int32, replicasLeft: Int32) {
        try await client.admin.drainBroker(broker, cancel: arguments.contains(cancel), validateOnly: isDry)
      }
      var left = try await ask()
      if arguments.contains(wait), !arguments.contains(cancel), !isDry {
        while left.replicasLeft > 0 {
          try await Task.sleep(for: pause)
          left = try await ask()
        }
      }
      let what =
        arguments.contains(cancel) ? "is not drained any more" : isDry ? "could be drained" : "is being drained"
      let isEmpty = left.replicasLeft == 0 && !isDry && !arguments.contains(cancel)
      let state = isEmpty ? "is empty" : what
      try arguments.show(
        text:
          "Broker \(broker) \(state): it leads \(left.leadersLeft) partitions and holds \(left.replicasLeft) replicas\n",
        json: [
          "broker": JSON(broker), "leaders_left": JSON(left.leadersLeft), "replicas_left": JSON(left.replicasLeft),
        ])
    })

  static let remove = Command(
    "remove", summary: "forget a broker that is stopped and holds nothing",
    details: "A broker that is gone for ever is drained first: its replicas are made anew from the others.",
    arguments: [id], options: [CommonOptions.dryRun],
    examples: [.init("once it is empty and stopped", "newswire brokers remove 3")],
    action: inCluster { client, arguments in
      let broker = arguments.value(id)
      let isDry = arguments.contains(CommonOptions.dryRun)
      try await client.admin.removeBroker(broker, validateOnly: isDry)
      try arguments.show(
        text: "Broker \(broker) \(isDry ? "could be" : "is") forgotten\n",
        json: ["broker": JSON(broker), "removed": .bool(!isDry)])
    })
}
