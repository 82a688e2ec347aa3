internal import ClusterMetadata
internal import Model
internal import Node
internal import Observability

/// What the coordinator shows of the cluster: counted when somebody looks, from the committed metadata.
enum CoordinatorMetrics {
  static func add(to metrics: Metrics, view: MetadataView) {
    metrics.observe(
      GaugeDescription("newswire_coordinator_topics", "Topics, the cluster's own included."),
      read: { Double(view.image.topicCount) })
    metrics.observe(
      GaugeDescription("newswire_coordinator_partitions", "Partitions of all topics."),
      read: { Double(view.image.partitionCount) })
    metrics.observe(
      GaugeDescription("newswire_coordinator_partitions_without_leader", "Partitions that nobody can write or read."),
      read: { Double(view.image.partitions { $0.leader == nil }.count) })
    metrics.observe(
      GaugeDescription("newswire_coordinator_group_coordinators", "Group coordinators that are alive."),
      read: { Double(view.image.groupCoordinators.count(where: \.isLive)) })
    let brokers = GaugeDescription("newswire_coordinator_brokers", "Brokers by what they may do.", labels: ["state"])
    for availability in BrokerAvailability.allCases {
      metrics.observe(
        brokers, availability.label,
        read: { Double(view.image.brokers.count { $0.availability == availability }) })
    }
  }
}

extension BrokerAvailability {
  fileprivate var label: String {
    switch self {
    case .fenced: "fenced"
    case .active: "active"
    case .shuttingDown: "shutting_down"
    }
  }
}
