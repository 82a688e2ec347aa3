import ClusterMetadata
import Model
import Testing

@Suite("Placement of replicas")
struct PlacementTests {
  private func spread(_ counts: [Int]) -> Int { (counts.max() ?? 0) - (counts.min() ?? 0) }

  @Test(
    "leaders and replicas are balanced to within one, whatever the numbers",
    arguments: [1, 2, 3, 5, 7, 12], [1, 2, 3, 6, 10, 50])
  func balance(brokers: Int, partitions: Int) {
    for factor in 1...min(3, brokers) {
      var placement = Placement(brokers: (1...brokers).map { PlacementBroker(id: BrokerID(Int32($0))) })
      let places = (0..<partitions).map { _ in placement.place(replicationFactor: factor).map(\.broker) }
      #expect(places.allSatisfy { Set($0).count == factor })
      let ids = (1...brokers).map { BrokerID(Int32($0)) }
      #expect(spread(ids.map { id in places.count { $0[0] == id } }) <= 1)
      #expect(spread(ids.map { id in places.count { $0.contains(id) } }) <= 1)
    }
  }

  @Test("replicas of a partition lie in different racks where there are enough")
  func racks() {
    let brokers = (1...6).map { PlacementBroker(id: BrokerID(Int32($0)), rack: "r\(($0 - 1) / 2)") }
    var placement = Placement(brokers: brokers)
    for _ in 0..<30 {
      let racks = placement.place(replicationFactor: 3).map { place in brokers.first { $0.id == place.broker }?.rack }
      #expect(Set(racks).count == 3)
    }
  }

  @Test("two racks hold both some of three replicas")
  func fewRacks() {
    let brokers = (1...4).map { PlacementBroker(id: BrokerID(Int32($0)), rack: "r\($0 % 2)") }
    var placement = Placement(brokers: brokers)
    for _ in 0..<20 {
      let racks = placement.place(replicationFactor: 3).map { $0.broker.rawValue % 2 }
      #expect(Set(racks).count == 2)
    }
  }

  @Test("a new topic is spread over all brokers even when one of them is empty")
  func unevenCluster() {
    let brokers = (1...3).map {
      PlacementBroker(id: BrokerID(Int32($0)), leaderCount: $0 == 3 ? 0 : 100, replicaCount: $0 == 3 ? 0 : 100)
    }
    var placement = Placement(brokers: brokers)
    let leaders = (0..<6).map { _ in placement.place(replicationFactor: 1)[0].broker.rawValue }
    #expect((1...3).map { id in leaders.count { $0 == id } } == [2, 2, 2])
    var single = Placement(brokers: brokers)
    #expect(single.place(replicationFactor: 1)[0].broker == BrokerID(3), "one partition goes where least is")
  }

  @Test("a broker's disk folders fill evenly")
  func folders() {
    let folders = (1...2).map { UUID128(high: 0, low: $0) }
    let broker = PlacementBroker(id: BrokerID(1), folders: folders, replicasPerFolder: [folders[0]: 2])
    var placement = Placement(brokers: [broker])
    let chosen = (0..<4).compactMap { _ in placement.place(replicationFactor: 1)[0].folder }
    #expect(chosen == [folders[1], folders[1], folders[0], folders[1]])
  }
}
