internal import Messages

extension Admin {
  /// The cluster's id, its nodes, and which coordinator is active.
  public func describeCluster() async throws -> ClusterDescription {
    ClusterDescription(try await cluster.call(nil, NewswireV1.Metadata.describeCluster, .init()))
  }

  /// The brokers, by id.
  public func brokers() async throws -> [NodeDescription] {
    try await describeCluster().nodes.filter { $0.role == .broker }
  }

  /// Makes the preferred replicas leaders again: of these partitions, or of all that have another one.
  ///
  /// With `unclean`, partitions that nobody leads get the fullest replica that lives: **acknowledged records may be
  /// lost**, and the partitions must be named. With `validateOnly` the answer says which, and nothing is changed.
  public func electLeaders(
    _ partitions: [TopicPartition] = [], unclean: Bool = false, validateOnly: Bool = false
  ) async throws -> [ItemResult<ElectedLeader>] {
    let request = NewswireV1.ElectLeadersRequest(
      partitions: partitions.map { .init(topic: $0.topic, partition: $0.partition) },
      kind: unclean ? .unclean : .preferred, validateOnly: validateOnly, requestID: requestID())
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.electLeaders, request)
    return answer.partitions.map {
      let partition = TopicPartition($0.topic, $0.partition)
      return ItemResult(
        partition.description, $0.error,
        ElectedLeader(
          partition: partition, leader: $0.leaderID, leaderEpoch: $0.leaderEpoch, logEndOffset: $0.logEndOffset,
          passedOver: $0.passedOver))
    }
  }

  /// Moves partitions to these brokers, the preferred leader first; no brokers: ends a move that is under way.
  ///
  /// Returns when the moves are decided; `describeTopics` shows how far they are.
  public func reassignPartitions(
    _ moves: [TopicPartition: [Int32]], validateOnly: Bool = false
  ) async throws -> [ItemResult<ReassignedPartition>] {
    let request = NewswireV1.ReassignPartitionsRequest(
      partitions: moves.sorted { $0.key < $1.key }.map {
        .init(topic: $0.key.topic, partition: $0.key.partition, replicas: $0.value)
      }, validateOnly: validateOnly, requestID: requestID())
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.reassignPartitions, request)
    return answer.partitions.map {
      let partition = TopicPartition($0.topic, $0.partition)
      return ItemResult(
        partition.description, $0.error,
        ReassignedPartition(partition: partition, replicas: $0.replicas, targetReplicas: $0.targetReplicas))
    }
  }

  /// Moves everything away from a broker, or ends that. Returns how much is left; call it again to see how far it is.
  public func drainBroker(
    _ id: Int32, cancel: Bool = false, validateOnly: Bool = false
  ) async throws -> (leadersLeft: Int32, replicasLeft: Int32) {
    let request = NewswireV1.DrainBrokerRequest(
      brokerID: id, cancel: cancel, validateOnly: validateOnly, requestID: requestID())
    let answer = try await cluster.call(.coordinator, NewswireV1.Coordinator.drainBroker, request)
    return (answer.leadersLeft, answer.replicasLeft)
  }

  /// Forgets a broker that has been drained or is gone for ever.
  public func removeBroker(_ id: Int32, validateOnly: Bool = false) async throws {
    let request = NewswireV1.RemoveBrokerRequest(brokerID: id, validateOnly: validateOnly, requestID: requestID())
    _ = try await cluster.call(.coordinator, NewswireV1.Coordinator.removeBroker, request)
  }

  /// What a broker holds: its disk folders and logs.
  public func describeLogs(
    broker: Int32, topics: [String] = [], timeout: Duration? = nil
  ) async throws -> BrokerLogs {
    var folders: [LogFolder] = []
    var logs: [LogDescription] = []
    var token = ""
    repeat {
      let request = NewswireV1.DescribeLogsRequest(topics: topics.map { .init(topic: $0) }, pageToken: token)
      let answer = try await describeLogs(broker, request, timeout)
      folders = answer.folders.map { LogFolder($0) }
      logs += answer.logs.map { LogDescription($0, answer.folders) }
      token = answer.nextPageToken
    } while !token.isEmpty
    return BrokerLogs(broker: broker, folders: folders, logs: logs)
  }

  /// Sums up records of one replica, to compare it with others: from the batch that holds the range's start, at most
  /// so many bytes.
  public func checksum(
    of partition: TopicPartition, broker: Int32, offsets: Range<Int64>, bytesMax: Int32 = 16 << 20,
    timeout: Duration? = nil
  ) async throws -> LogChecksum {
    let request = NewswireV1.DescribeLogsRequest(
      topics: [.init(topic: partition.topic, partitions: [partition.partition])],
      checksum: .init(startOffset: offsets.lowerBound, endOffset: offsets.upperBound, bytesMax: bytesMax))
    let answer = try await describeLogs(broker, request, timeout)
    if let error = answer.logs.first?.error { throw NewswireError(error) }
    guard let checksum = answer.logs.first?.checksum else {
      throw NewswireError(.brokerNotAvailable, "broker \(broker) has no replica of \(partition)", isRetriable: false)
    }
    return LogChecksum(checksum)
  }

  private func describeLogs(
    _ broker: Int32, _ request: NewswireV1.DescribeLogsRequest, _ timeout: Duration?
  ) async throws -> NewswireV1.DescribeLogsResponse {
    let answer = try await cluster.call(broker: broker, NewswireV1.Broker.describeLogs, request, timeout: timeout)
    guard answer.brokerID == broker else {
      throw NewswireError(
        .brokerNotAvailable, "broker \(broker) cannot be reached: broker \(answer.brokerID) answered instead",
        isRetriable: true)
    }
    return answer
  }
}
