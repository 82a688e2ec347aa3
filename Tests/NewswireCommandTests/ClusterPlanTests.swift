import Model
import Testing

@testable import NewswireCommands

@Suite("The plan of a cluster on this machine")
struct ClusterPlanTests {
  @Test("one node of each role listens on three ports in a row, and shows metrics 100 above")
  func smallCluster() {
    let plan = ClusterPlan(coordinators: 1, brokers: 1, groupCoordinators: 1, portBase: 9190)
    #expect(plan.nodes.map(\.name) == ["coordinator-1", "broker-1", "group-coordinator-1"])
    #expect(plan.nodes.map(\.port) == [9190, 9191, 9192])
    #expect(plan.nodes.map(\.metricsPort) == [9290, 9291, 9292])
    #expect(plan.bootstrap == "localhost:9190,localhost:9191,localhost:9192")
  }

  @Test("no two nodes of the largest cluster share a port")
  func largestCluster() {
    let most = ClusterPlan.nodesMax
    let plan = ClusterPlan(coordinators: most, brokers: most, groupCoordinators: most, portBase: 9190)
    let ports = plan.nodes.flatMap { [$0.port, $0.metricsPort] }
    #expect(Set(ports).count == 6 * most)
  }

  @Test("further nodes of a role listen three ports above the one before")
  func severalNodes() {
    let plan = ClusterPlan(coordinators: 1, brokers: 3, groupCoordinators: 2, portBase: 100)
    let ports = Dictionary(uniqueKeysWithValues: plan.nodes.map { ($0.name, $0.port) })
    #expect(ports["broker-1"] == 101)
    #expect(ports["broker-2"] == 104)
    #expect(ports["broker-3"] == 107)
    #expect(ports["group-coordinator-2"] == 105)
  }

  @Test("a node's file has its keys in groups, and quotes what YAML would misunderstand")
  func configurationFile() {
    let plan = ClusterPlan(coordinators: 1, brokers: 1, groupCoordinators: 1, portBase: 9190)
    let settings = plan.settings(of: plan.nodes[1], folder: "/data/it's/broker-1", tls: "/data/tls")
    #expect(
      NodeSetting.file(settings) == """
        node:
          id: '1'
        cluster:
          name: 'dev'
        listeners:
          - name: 'main'
            bind: '127.0.0.1:9191'
            advertised: 'localhost:9191'
        coordinators:
          - 'localhost:9190'
        data:
          folders:
            - '/data/it''s/broker-1/data'
        tls:
          certificate: '/data/tls/broker-1.pem'
          key: '/data/tls/broker-1-key.pem'
          node-authority: '/data/tls/node-ca.pem'
          client-authority: '/data/tls/client-ca.pem'
        metrics:
          address: '127.0.0.1:9291'
        shutdown:
          grace: '2s'

        """)
    #expect(settings.map(\.environmentVariable).contains("NEWSWIRE_TLS_NODE_AUTHORITY"))
  }

  @Test("who dies young waits ever longer, and who has proved itself starts at once")
  func restartPace() {
    var pace = RestartPace()
    let pauses = (0..<8).map { _ in pace.pause(afterLiving: .seconds(1)) }
    #expect(pauses.prefix(3) == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    #expect(pauses.last == .seconds(5))
    #expect(pace.pause(afterLiving: .seconds(60)) == .milliseconds(100))
  }

  @Test("a word in a shell file stays one word")
  func shellWords() {
    #expect(shellQuoted("/data/tls/admin.pem") == "/data/tls/admin.pem")
    #expect(shellQuoted("my data") == "'my data'")
    #expect(shellQuoted("it's") == "'it'\\''s'")
    #expect(shellQuoted("") == "''")
  }
}
