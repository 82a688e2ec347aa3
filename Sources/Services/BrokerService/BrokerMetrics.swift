internal import Observability

/// What the broker counts.
struct BrokerMetrics: Sendable {
  let bytesIn: Counter
  let bytesOut: Counter
  let recordsIn: Counter
  let produceRequests: Counter
  let produceRefusals: Counter
  let consumeCalls: Counter
  let fetchRequests: Counter
  let produceTime: Histogram
  let partitionsLed: Gauge
  let replicas: Gauge
  let logErrors: Counter
  let replicatedIn: Counter
  let replicatedOut: Counter
  let malformedDeliveries: Counter
  let scrubbedBytes: Counter
  let replicaVisits: Counter

  init(_ metrics: Metrics) {
    bytesIn = metrics.counter(
      CounterDescription("newswire_broker_appended_bytes_total", "Bytes of record batches appended to logs."))
    bytesOut = metrics.counter(
      CounterDescription("newswire_broker_read_bytes_total", "Bytes of record batches given to readers."))
    recordsIn = metrics.counter(
      CounterDescription("newswire_broker_appended_records_total", "Records appended to logs."))
    produceRequests = metrics.counter(
      CounterDescription("newswire_broker_produce_requests_total", "Requests to write records."))
    produceRefusals = metrics.counter(
      CounterDescription("newswire_broker_produce_refusals_total", "Requests to write records that were refused."))
    consumeCalls = metrics.counter(
      CounterDescription("newswire_broker_consume_calls_total", "Calls of Consume that were opened."))
    fetchRequests = metrics.counter(
      CounterDescription("newswire_broker_fetch_requests_total", "Calls of Fetch."))
    produceTime = metrics.histogram(
      HistogramDescription("newswire_broker_produce_seconds", "From the arrival of a produce to its answer."))
    partitionsLed = metrics.gauge(GaugeDescription("newswire_broker_partitions_led", "Partitions that are led here."))
    replicas = metrics.gauge(GaugeDescription("newswire_broker_replicas", "Replicas that lie on this broker."))
    logErrors = metrics.counter(
      CounterDescription("newswire_broker_log_errors_total", "Failures of logs that callers were told of."))
    replicatedIn = metrics.counter(
      CounterDescription("newswire_broker_replicated_in_bytes_total", "Bytes of record batches got from leaders."))
    replicatedOut = metrics.counter(
      CounterDescription("newswire_broker_replicated_out_bytes_total", "Bytes of record batches sent to followers."))
    scrubbedBytes = metrics.counter(
      CounterDescription(
        "newswire_broker_scrubbed_bytes_total", "Bytes of logs that were read in search of what has rotted."))
    replicaVisits = metrics.counter(
      CounterDescription(
        "newswire_broker_replica_visits_total",
        "How often a replica was looked at because time goes by; those at rest are not."))
    malformedDeliveries = metrics.counter(
      CounterDescription(
        "newswire_broker_malformed_deliveries_total", "Deliveries of leaders that were not what they should be."))
  }
}
