import ClusterMetadata
import Messages
import Model
import Node
import Testing
import Transport

/// What nodes and administrators ask of a coordinator, with what makes no sense in it.
@Suite("Calls of a coordinator", .serialized)
struct CoordinatorCallTests {
  private typealias API = NewswireV1
  private typealias Wire = NewswireInternalV1

  private static let options = CallOptions(timeout: .seconds(20), waitForReady: true)

  private func refusal<Q: Message, R: Message>(
    _ cluster: LocalCluster, as stem: String = "alice", _ method: Method<Q, R>, _ request: Q,
    at node: NodeID = .coordinator(1)
  ) async throws -> ErrorReason? {
    do {
      _ = try await cluster.channel(node, as: stem).unary(method, request, options: Self.options)
      return nil
    } catch let status as Status {
      return status.refusal?.reason
    }
  }

  @Test("a broker's calls are for that broker alone, and say what is wrong with them")
  func lifecycle() async throws {
    try await LocalCluster.with { cluster in
      let image = try await cluster.view(.broker(1)).image
      let epoch = try #require(image.broker(BrokerID(1))).epoch.rawValue
      func heartbeat(_ change: (inout Wire.BrokerHeartbeatRequest) -> Void) async throws -> ErrorReason? {
        var request = Wire.BrokerHeartbeatRequest(
          brokerID: 1, brokerEpoch: epoch, metadataOffset: image.endOffset.rawValue)
        change(&request)
        return try await refusal(cluster, as: "broker-1", Wire.BrokerLifecycle.brokerHeartbeat, request)
      }
      #expect(try await heartbeat { _ in } == nil)
      #expect(try await heartbeat { $0.brokerID = 2 } == .permissionDenied)
      #expect(try await heartbeat { $0.brokerEpoch = epoch + 1 } == .fencedBrokerEpoch)
      #expect(try await heartbeat { $0.failedFolderIDs = [[1, 2]] } == .invalidRequest)
      #expect(try await heartbeat { $0.fullFolderIDs = [[]] } == .invalidRequest)
      #expect(try await heartbeat { $0.damagedLogs = [Wire.DamagedLog(topicID: [7])] } == .invalidRequest)
      let nowhere = Wire.DamagedLog(topicID: Array(repeating: 9, count: 16), partition: -4, endOffset: -1)
      #expect(try await heartbeat { $0.damagedLogs = [nowhere] } == nil, "what is not there cannot be damaged")

      func register(_ change: (inout Wire.RegisterBrokerRequest) -> Void) async throws -> ErrorReason? {
        var request = Wire.RegisterBrokerRequest(brokerID: 1, incarnation: Array(repeating: 3, count: 16))
        change(&request)
        return try await refusal(cluster, as: "broker-1", Wire.BrokerLifecycle.registerBroker, request)
      }
      #expect(try await register { $0.incarnation = [1] } == .invalidRequest)
      #expect(try await register { $0.damagedLogs = [Wire.DamagedLog(topicID: [7])] } == .invalidRequest)
      #expect(try await register { $0.clusterID = Array(repeating: 8, count: 16) } != nil)

      func alter(_ change: (inout Wire.AlterPartitionsRequest) -> Void) async throws -> ErrorReason? {
        var request = Wire.AlterPartitionsRequest(brokerID: 1, brokerEpoch: epoch)
        change(&request)
        return try await refusal(cluster, as: "broker-1", Wire.BrokerLifecycle.alterPartitions, request)
      }
      #expect(try await alter { $0.brokerID = 7 } == .permissionDenied)
      #expect(try await alter { $0.brokerEpoch = -1 } == .fencedBrokerEpoch)
      #expect(try await alter { $0.partitions = [Wire.PartitionAlteration(topicID: [1])] } == .invalidRequest)
      let unknown = Wire.PartitionAlteration(topicID: Array(repeating: 9, count: 16), partition: -1)
      let answer = try await cluster.channel(.coordinator(1), as: "broker-1").unary(
        Wire.BrokerLifecycle.alterPartitions,
        Wire.AlterPartitionsRequest(brokerID: 1, brokerEpoch: epoch, partitions: [unknown]), options: Self.options)
      #expect(answer.partitions.map(\.reason) == [ErrorReason.unknownTopic.rawValue])
      #expect(
        try await refusal(
          cluster, Wire.BrokerLifecycle.alterPartitions, Wire.AlterPartitionsRequest(brokerID: 1)) == .permissionDenied)
    }
  }

  @Test("who a process is, a coordinator alone may ask")
  func identity() async throws {
    try await LocalCluster.with { cluster in
      let request = Wire.IdentifyProcessRequest()
      let incarnation = try #require(try await cluster.view(.broker(1)).image.broker(BrokerID(1))).registration
        .incarnation
      for node in [NodeID.broker(1), .groups(1)] {
        let answer = try await cluster.channel(node, as: "coordinator-1").unary(
          Wire.NodeProcess.identifyProcess, request, options: Self.options)
        #expect(node.role != .broker || answer.incarnation == incarnation.bytes)
        #expect(answer.incarnation.count == 16)
        #expect(try await refusal(cluster, Wire.NodeProcess.identifyProcess, request, at: node) == .permissionDenied)
        #expect(
          try await refusal(cluster, as: "broker-1", Wire.NodeProcess.identifyProcess, request, at: node)
            == .permissionDenied)
      }
    }
  }

  @Test("moves, elections and drains that make no sense are refused, each by itself")
  func administration() async throws {
    try await LocalCluster.with(.init(brokers: 2)) { cluster in
      try await cluster.createTopic("t", partitions: 1)
      let channel = try await cluster.channel(.coordinator(1), as: "alice")
      let moves: [(API.PartitionReassignment, ErrorReason)] = [
        (.init(topic: "none", partition: 0, replicas: [1]), .unknownTopic),
        (.init(topic: "t", partition: 7, replicas: [1]), .partitionOutOfRange),
        (.init(topic: "t", partition: -1, replicas: [1]), .partitionOutOfRange),
        (.init(topic: "t", partition: 0, replicas: [1, 1]), .invalidRequest),
        (.init(topic: "t", partition: 0, replicas: [9]), .unknownBroker),
        (.init(topic: "t", partition: 0, replicas: [Int32](1...50)), .invalidReplicationFactor),
        (.init(topic: "t", topicID: [1, 2], partition: 0), .invalidRequest),
      ]
      let moved = try await channel.unary(
        API.Coordinator.reassignPartitions, API.ReassignPartitionsRequest(partitions: moves.map(\.0)),
        options: Self.options)
      #expect(moved.partitions.map { $0.error?.reason } == moves.map { $0.1.rawValue })
      #expect(
        try await refusal(cluster, API.Coordinator.reassignPartitions, API.ReassignPartitionsRequest())
          == .invalidRequest)

      let elected = try await channel.unary(
        API.Coordinator.electLeaders,
        API.ElectLeadersRequest(
          partitions: [.init(topic: "none"), .init(topic: "t", partition: 3), .init(topic: "t")], kind: .unclean),
        options: Self.options)
      #expect(
        elected.partitions.map { $0.error?.reason } == [
          ErrorReason.unknownTopic.rawValue, ErrorReason.partitionOutOfRange.rawValue, nil,
        ])
      #expect(
        try await refusal(cluster, API.Coordinator.electLeaders, API.ElectLeadersRequest(kind: .unclean))
          == .invalidRequest)
      #expect(
        try await refusal(cluster, API.Coordinator.drainBroker, API.DrainBrokerRequest(brokerID: 9)) == .unknownBroker)
      #expect(
        try await refusal(cluster, API.Coordinator.removeBroker, API.RemoveBrokerRequest(brokerID: -1))
          == .unknownBroker)
      #expect(
        try await refusal(cluster, API.Coordinator.removeBroker, API.RemoveBrokerRequest(brokerID: 1)) == .brokerInUse)
      let altered = try await channel.unary(
        API.Coordinator.alterTopics, API.AlterTopicsRequest(topics: [.init(topic: "t", replicationFactor: -3)]),
        options: Self.options)
      #expect(altered.topics.first?.error?.reason == ErrorReason.invalidReplicationFactor.rawValue)
    }
  }
}
