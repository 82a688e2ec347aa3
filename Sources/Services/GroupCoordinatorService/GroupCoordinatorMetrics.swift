internal import Observability

/// What the group coordinator counts.
struct GroupCoordinatorMetrics: Sendable {
  let requests: Counter
  let refusals: Counter
  let records: Counter
  let reloads: Counter
  let shards: Gauge

  init(_ metrics: Metrics) {
    requests = metrics.counter(
      CounterDescription(
        "newswire_group_coordinator_requests_total", "Requests of members and administrators to this node's shards."))
    refusals = metrics.counter(
      CounterDescription("newswire_group_coordinator_refusals_total", "Requests that were refused."))
    records = metrics.counter(
      CounterDescription(
        "newswire_group_coordinator_records_total", "Records given to the shards' logs, such as offsets."))
    reloads = metrics.counter(
      CounterDescription(
        "newswire_group_coordinator_reloads_total", "Shards that were loaded anew after a write had failed."))
    shards = metrics.gauge(GaugeDescription("newswire_group_coordinator_shards", "Shards that this node owns."))
  }
}
