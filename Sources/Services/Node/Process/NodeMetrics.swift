internal import ClusterMetadata
internal import Model
internal import Observability
internal import Transport

/// What every node shows, whatever its service.
struct NodeMetrics: Sendable {
  let refusedConnections: Counter
  let refusedCalls: Counter

  init(_ environment: NodeEnvironment) {
    let (metrics, health, view) = (environment.metrics, environment.health, environment.view)
    metrics.addProcessFigures()
    metrics.observe(
      GaugeDescription("newswire_build_info", "Always 1; the program's version is its label.", labels: ["version"]),
      NodeProcess.version, read: { 1 })
    metrics.observe(
      GaugeDescription("newswire_ready", "1 if the node can do its work, else 0."),
      read: { health.isServing("") == true ? 1 : 0 })
    metrics.observe(
      GaugeDescription(
        "newswire_metadata_offset", "Where the committed metadata ends that this node knows. The same on all nodes."),
      read: { Double(view.image.endOffset.rawValue) })
    refusedConnections = metrics.counter(
      CounterDescription(
        "newswire_connections_refused_total", "Connections that were refused or broken off for a fault of the peer."))
    refusedCalls = metrics.counter(
      CounterDescription("newswire_calls_refused_total", "Calls of internal services by callers without the role."))
  }
}
